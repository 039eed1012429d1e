import { writeHistory } from './support/history.ts';
await writeHistory(process.argv[2]!, Number(process.argv[3]), { steps: 5 });
