import type { Colours } from '../view/view.ts';

export type Theme = 'light' | 'dark';

/** Colours of text and lines in a chart: those of the style sheet, which a chart cannot read by itself. */
export type Palette = Readonly<{
  text: string;
  muted: string;
  line: string;
  surface: string;
  accent: string;
  good: string;
  bad: string;
}>;

const PALETTES: Record<Theme, Palette> = {
  light: { text: '#16202b', muted: '#55626f', line: '#dde3e9', surface: '#ffffff', accent: '#0b5cad', good: '#1b7a4b', bad: '#b3261e' },
  dark: { text: '#e6ebf0', muted: '#9eabb8', line: '#2b3540', surface: '#171d24', accent: '#73b7f9', good: '#62cf95', bad: '#ff8f86' },
};

export function paletteOf(theme: Theme): Palette {
  return PALETTES[theme];
}

/**
 * From 0 to 1. Cividis (Nuñez, Anderton and Renslow 2018) rises evenly in brightness and looks the same with any colour vision, so that
 * order is seen even in grey; red to green is what many expect, and is only an option.
 */
const SCALES: Record<Colours, readonly string[]> = {
  cividis: ['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#fee838'],
  'red-green': ['#a50026', '#d73027', '#f46d43', '#fdae61', '#fee08b', '#d9ef8b', '#a6d96a', '#66bd63', '#1a9850', '#006837'],
};

export function scaleOf(colours: Colours): readonly string[] {
  return SCALES[colours];
}

/** The colour of a share from 0 to 1, between its neighbours on the scale. */
export function colourAt(share: number, colours: Colours): string {
  const scale = SCALES[colours];
  const place = Math.min(Math.max(share, 0), 1) * (scale.length - 1);
  const [low, high] = [channels(scale[Math.floor(place)]), channels(scale[Math.ceil(place)])];
  const mixed = low.map((value, channel) => Math.round(value + (place % 1) * ((high[channel] ?? value) - value)));
  return `#${mixed.map(value => value.toString(16).padStart(2, '0')).join('')}`;
}

function channels(colour = '#000000'): number[] {
  return [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16));
}

/** Black or white, whichever reads better upon a colour (WCAG 2.2: relative luminance). */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = channels(colour).map(value => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? '#000000' : '#ffffff';
}
