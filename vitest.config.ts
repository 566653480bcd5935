import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{common,machine,install,builder,runtime,server,client,vm,cli,test,bench}/**/*.test.ts'],
    pool: 'threads',
    isolate: false,
    // The cores may be busy with virtual machines meanwhile.
    testTimeout: 30_000,
  },
});
