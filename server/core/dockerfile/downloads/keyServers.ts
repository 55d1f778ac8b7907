import { KEY_SERVERS } from "../../knowledge/keyServers.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";

/** The first of the servers that a step does not ask yet. */
export function otherKeyServer(step: Step): string | undefined {
	const text = stepText(step);
	const host = KEY_SERVERS.find((server) => !text.includes(server));
	return host === undefined ? undefined : `hkps://${host}`;
}

/** Whether a step anywhere uses a variable as a part of something longer: `hkp://$server:80`. */
export function isPartOfWord(step: Step, name: string): boolean {
	return new RegExp(`[\\w.:/@-]\\$\\{?${name}\\b|\\$${name}[.:/@-]|\\$\\{${name}(?:\\}[\\w.:/@-]|[^\\w}])`).test(stepText(step));
}
