import type { Lab, SceneMachine } from './lab.ts';

/**
 * Tests in the lab that share a beginning. Before it, its disks are blanked and the machine knows nothing but the settings; all
 * other disks of the lab are read-only meanwhile. Each of `tests` counts as a test; its name is a sentence.
 */
export type Scene = SceneMachine & {
  name: string;
  begin?(lab: Lab): Promise<unknown>;
  tests: Record<string, (lab: Lab) => Promise<unknown>>;
};

/** The name of one test as the runner shows it. */
export const caseName = (scene: Scene, test: string): string => `lab: ${scene.name}: ${test}`;

/** Checks the shape at compile time; gives the scene back. */
export const scene = (one: Scene): Scene => one;
