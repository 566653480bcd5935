/*
 * boel: has the resident program run one verb of an autoinstall script, because a start of the executable takes seconds. Frames
 * go both ways over a socket (runtime/session/frames.ts): a letter, the length in four bytes, most significant first, and the
 * content. If the resident program does not answer, or ends in the middle, boel becomes the executable.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BOEL_SOCKET "/run/boel/socket"
#define BOEL_EXECUTABLE "/usr/lib/boel/boel"

/* The prefix of the variables that verbs read (runtime/session/run-script.ts). */
static const char known_env[] = "BOEL_";
/* Makes the executable wait until the programs of the ended resident program are gone (runtime/session/lock.ts). */
static const char again_env[] = "BOEL_AGAIN";

extern char **environ;

static int resident = -1;
/* Keeps what was read from standard input, so that the executable can read it again. */
static int kept = -1;
static char buffer[16384];

static void write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t done = write(fd, bytes, length);
		if (done < 0 && errno == EINTR)
			continue;
		/* The reader of our output may be gone; this must not end an installation. */
		if (done <= 0)
			return;
		bytes += done;
		length -= (size_t)done;
	}
}

static void send_frame(char kind, const char *bytes, size_t length)
{
	uint32_t n = (uint32_t)length;
	char head[] = { kind, (char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n };

	write_all(resident, head, sizeof head);
	write_all(resident, bytes, length);
}

static int connect_to_resident(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX, .sun_path = BOEL_SOCKET };

	resident = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return resident >= 0 && connect(resident, (struct sockaddr *)&at, sizeof at) == 0;
}

/* Paths that mean different files in different processes. */
static int names_own_file(const char *word)
{
	return strstr(word, "/dev/stdin") || strstr(word, "/dev/fd/") || strstr(word, "/proc/self/");
}

/* Only the executable can begin an installation or read the open files of its caller. */
static int is_for_executable(char **argv)
{
	if (argv[1] && strcmp(argv[1], "session") == 0)
		return 1;
	for (char **word = argv; *word; word++)
		if (names_own_file(*word))
			return 1;
	return 0;
}

/* Reads a part of standard input and sends it; gives 0 at the end of the input. A terminal is never read. */
static int pass_input(int is_sent)
{
	ssize_t length = isatty(0) ? 0 : read(0, buffer, sizeof buffer);

	if (length < 0 && errno == EINTR)
		return 1;
	if (length > 0)
		write_all(kept, buffer, (size_t)length);
	if (is_sent)
		send_frame('i', buffer, length > 0 ? (size_t)length : 0);
	return length > 0;
}

/* Takes one frame; gives 0 if the resident program is gone. The last frame sets `code`. */
static int take_frame(int *code, int *wants_input)
{
	unsigned char head[5];

	if (recv(resident, head, sizeof head, MSG_WAITALL) != sizeof head)
		return 0;
	size_t left = (size_t)head[1] << 24 | (size_t)head[2] << 16 | (size_t)head[3] << 8 | head[4];
	if (head[0] == 'i')
		*wants_input = 1;
	while (left > 0) {
		ssize_t length = recv(resident, buffer, left < sizeof buffer ? left : sizeof buffer, 0);
		if (length <= 0)
			return 0;
		left -= (size_t)length;
		if (head[0] == 'o' || head[0] == 'e')
			write_all(head[0] == 'o' ? 1 : 2, buffer, (size_t)length);
		if (head[0] == 'x')
			*code = (unsigned char)buffer[0];
	}
	return 1;
}

/* Sends the request, and passes on input, output and signals. Gives the exit code, or -1 if the resident program ended early. */
static int ask(char **argv, int signals)
{
	int code = -1, wants_input = 0, ended_by = 0;

	for (char **word = argv + 1; *word; word++)
		send_frame('a', *word, strlen(*word));
	for (char **word = environ; *word; word++)
		if (strncmp(*word, known_env, sizeof known_env - 1) == 0)
			send_frame('v', *word, strlen(*word));
	send_frame('g', "", 0);
	while (code < 0) {
		struct pollfd ready[] = { { resident, POLLIN, 0 }, { signals, POLLIN, 0 }, { wants_input ? 0 : -1, POLLIN, 0 } };
		if (poll(ready, 3, -1) < 0)
			continue;
		struct signalfd_siginfo got;
		if (ready[1].revents && read(signals, &got, sizeof got) == sizeof got) {
			ended_by = (int)got.ssi_signo;
			const char *name = ended_by == SIGINT ? "SIGINT" : ended_by == SIGTERM ? "SIGTERM" : "SIGHUP";
			send_frame('s', name, strlen(name));
		}
		if (ready[0].revents && !take_frame(&code, &wants_input))
			return ended_by ? 128 + ended_by : -1;
		if (wants_input && (ready[2].revents || isatty(0)))
			wants_input = pass_input(1);
	}
	return code;
}

int main(int argc, char **argv)
{
	int fd;
	sigset_t ends, before;

	/* A caller may have closed the standard streams: open those. */
	while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= 2)
		;
	close(fd);
	(void)argc;
	if (!is_for_executable(argv) && connect_to_resident()) {
		sigemptyset(&ends);
		sigaddset(&ends, SIGINT);
		sigaddset(&ends, SIGTERM);
		sigaddset(&ends, SIGHUP);
		sigprocmask(SIG_BLOCK, &ends, &before);
		signal(SIGPIPE, SIG_IGN);
		kept = memfd_create("input", MFD_CLOEXEC);
		int code = ask(argv, signalfd(-1, &ends, SFD_CLOEXEC));
		if (code >= 0)
			return code;
		fprintf(stderr, "boel: the resident program has ended in the middle; boel does %s by itself\n", argv[1] ? argv[1] : "this");
		setenv(again_env, "1", 1);
		if (lseek(kept, 0, SEEK_CUR) > 0) {
			while (pass_input(0))
				;
			lseek(kept, 0, SEEK_SET);
			dup2(kept, 0);
		}
		sigprocmask(SIG_SETMASK, &before, NULL);
	}
	execv(BOEL_EXECUTABLE, argv);
	fprintf(stderr, "boel: cannot start " BOEL_EXECUTABLE ": %s\n", strerror(errno));
	return 127;
}
