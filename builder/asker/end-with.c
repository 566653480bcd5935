/*
 * end-with PARENT PROGRAM [WORD]...: becomes PROGRAM, which the kernel ends when the process PARENT ends (prctl(2),
 * PR_SET_PDEATHSIG). BOEL starts each program by end-with, which is faster than to start setpriv and a shell.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "usage: end-with PARENT PROGRAM [WORD]...\n");
		return 125;
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	/* If PARENT ended before the call of prctl, this process has another parent. */
	if (getppid() != atoi(argv[1]))
		return 125;
	execvp(argv[2], argv + 2);
	fprintf(stderr, "end-with: cannot start %s: %s\n", argv[2], strerror(errno));
	return 127;
}
