import { type Row, row } from './harness/row.ts';
import { type Combination, nameOf } from './parts/combination.ts';
import { always, rotating } from './parts/combinations.ts';
import { expectInstallation } from './parts/install.ts';

const covers = ['runtime/', 'install/', 'builder/', 'server/', 'common/', 'machine/', 'templates/'];

const install = (one: Combination, isAlways: boolean): Row =>
  row({
    name: nameOf(one),
    covers,
    seconds: one.imageSize ? 330 : 230,
    always: isAlways,
    run: (test) => expectInstallation(test, one),
  });

export default [...always.map((one) => install(one, true)), ...rotating.map((one) => install(one, false))];
