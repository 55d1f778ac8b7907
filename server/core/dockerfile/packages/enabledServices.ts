import type { ShellCommand, ShellWord } from "../../shell/model.ts";

/** A service that an init system starts from then on, or no longer. */
export interface ServiceChange {
	/** The word that names it. */
	readonly word: ShellWord;
	/** Without the ending of a unit. */
	readonly service: string;
	readonly enabled: boolean;
}

/** What each word says, and whether it stands in front of the services or behind the only one. Source: their manuals. Read 2026-11. */
const INIT_PROGRAMS: Readonly<Record<string, { readonly verbs: Readonly<Record<string, boolean>>; readonly first: "verb" | "service" }>> = {
	systemctl: { verbs: { enable: true, reenable: true, disable: false, mask: false }, first: "verb" },
	"rc-update": { verbs: { add: true, del: false, delete: false }, first: "verb" },
	"update-rc.d": { verbs: { defaults: true, enable: true, disable: false, remove: false }, first: "service" },
	chkconfig: { verbs: { on: true, off: false }, first: "service" },
};

/** The services that a command enables or disables in the image itself: not for another root, nor for a user. */
export function serviceChanges({ program = "", args, wrapper }: ShellCommand): readonly ServiceChange[] {
	const init = Object.hasOwn(INIT_PROGRAMS, program) ? INIT_PROGRAMS[program] : undefined;
	if (init === undefined || wrapper?.program === "chroot" || args.some(({ text }) => /^--(?:root|image|user|global)\b/.test(text)))
		return [];
	const words = args.filter(({ text }) => !text.startsWith("-"));
	const [first, second] = words;
	const verb = (init.first === "verb" ? first : second)?.value ?? "";
	const enabled = Object.hasOwn(init.verbs, verb) ? init.verbs[verb] : undefined;
	if (enabled === undefined) return [];
	// Of several words behind the verb OpenRC takes the first one for the service.
	const services = init.first === "service" ? words.slice(0, 1) : words.slice(1, program === "rc-update" ? 2 : undefined);
	return services.map((word) => ({ word, service: (word.value ?? word.text).replace(/\.(?:service|socket)$/, ""), enabled }));
}
