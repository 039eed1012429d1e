import type { Palette } from './palette.ts';

/** Tooltips look by the style sheet (`.chart-tooltip`) and stay within the window. */
export const TOOLTIP = {
  confine: true,
  transitionDuration: 0,
  className: 'chart-tooltip',
  backgroundColor: 'transparent',
  borderWidth: 0,
  padding: 0,
  extraCssText: 'box-shadow: none',
};

export const FONT = 'system-ui, sans-serif';

/** How axes look: quiet, so that what is measured stands out. */
export function axisLook({ muted, line }: Palette) {
  return {
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: muted, fontSize: 11, fontFamily: FONT, hideOverlap: true },
    splitLine: { lineStyle: { color: line } },
    nameTextStyle: { color: muted, fontSize: 11, fontFamily: FONT },
  };
}
