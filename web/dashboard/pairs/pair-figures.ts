import type { Figures } from '../figures/figures.ts';
import { number, percent, rateText } from '../figures/format.ts';
import { type Pair, verdictOf } from './pair-verdict.ts';

/** What a table says of two plugins that run together, beside their names. */
export const TOGETHER: Figures<Pair>['columns'] = [
  { name: 'Executions', value: pair => pair.executions, numeric: true },
  { name: 'Together', value: pair => pair.successTogether.value, shown: pair => rateText(pair.successTogether), numeric: true },
  { name: 'Apart', value: pair => pair.successApart.value, shown: pair => rateText(pair.successApart), numeric: true },
  { name: 'Difference', value: pair => verdictOf(pair).word },
  { name: 'Lift', value: pair => pair.lift, shown: pair => number(pair.lift), numeric: true },
  { name: 'Support', value: pair => pair.support, shown: pair => percent(pair.support), numeric: true },
];
