import { SERVICE_STARTS } from "../../knowledge/pointlessCommands.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";

/** The service whose script a command calls: `/etc/init.d/NAME`. */
export function serviceScript({ name }: Pick<ShellCommand, "name">): string | undefined {
	return /^\/etc\/(?:rc\.d\/)?init\.d\/([\w.-]+)$/.exec(name?.value ?? "")?.[1];
}

/** The service that `service NAME start`, `systemctl start NAME` or `/etc/init.d/NAME start` starts. */
export function startedService({ program, name, args }: ShellCommand): string | undefined {
	const script = serviceScript({ name });
	const words = startingOption({ program, args }) === undefined ? args : args.filter(({ text }) => !text.startsWith("-"));
	const [first, second] = words.map((word) => word.value);
	const [service, verb] =
		script !== undefined ? [script, first] : program === "service" ? [first, second] : program === "systemctl" ? [second, first] : [];
	return SERVICE_STARTS.has(verb ?? "") || words !== args ? service : undefined;
}

/** `systemctl enable --now NAME`: what it enables remains. */
export function startingOption({ program, args }: Pick<ShellCommand, "program" | "args">): ShellWord | undefined {
	if (program !== "systemctl" || !args.some(({ value }) => value === "enable")) return undefined;
	return args.find(({ value }) => value === "--now");
}
