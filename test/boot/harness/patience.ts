/** Every time limit is multiplied by this: SYSTEMIMAGER_TEST_PATIENCE=3 on a slow or busy machine. */
export const patience = Number(process.env.SYSTEMIMAGER_TEST_PATIENCE ?? 1) || 1;
