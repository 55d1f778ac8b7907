import { INIT_PROGRAMS } from "../../knowledge/initPrograms.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";

/** A service that an init system starts from then on, or no longer. */
export interface ServiceChange {
	/** The word that names it. */
	readonly word: ShellWord;
	/** Without the ending of a unit. */
	readonly service: string;
	readonly enabled: boolean;
}

/** The services that a command enables or disables in the image itself: not for another root, nor for a user. */
export function serviceChanges({ program = "", args, wrapper }: ShellCommand): readonly ServiceChange[] {
	const init = ownValue(INIT_PROGRAMS, program);
	if (init === undefined || wrapper?.program === "chroot" || args.some(({ text }) => /^--(?:root|image|user|global)\b/.test(text)))
		return [];
	const words = args.filter(({ text }) => !text.startsWith("-"));
	const [first, second] = words;
	const verb = (init.first === "verb" ? first : second)?.value ?? "";
	const enabled = ownValue(init.verbs, verb);
	if (enabled === undefined) return [];
	// Of several words behind the verb OpenRC takes the first one for the service.
	const services = init.first === "service" ? words.slice(0, 1) : words.slice(1, program === "rc-update" ? 2 : undefined);
	return services.map((word) => ({ word, service: (word.value ?? word.text).replace(/\.(?:service|socket)$/, ""), enabled }));
}
