import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { stepsBackwards } from "../variables/state.ts";

/** `git config url.<base>.insteadOf <prefix>`: what begins with the prefix is fetched from the base. */
interface Rewrite {
	readonly command: ShellCommand;
	readonly base: string;
	readonly prefix: string;
}

/** Whether Git fetches an address in another way than it stands there, over TLS or SSH: by its own `-c`, or what was configured above. */
export function isRewritten(step: Step, command: ShellCommand, address: string): boolean {
	const matches = ({ base, prefix }: Rewrite): boolean =>
		address.replace(/^["']/, "").startsWith(prefix) && !/^(?:http|git|ftp):\/\//i.test(base);
	const order = orderOf(step);
	const own = rewritesOf(step).filter((rewrite) => (order.get(rewrite.command) ?? 0) <= (order.get(command) ?? 0));
	if (own.some(matches)) return true;
	for (const earlier of stepsBackwards(step.stage, step)) if (rewritesOf(earlier).some(matches)) return true;
	return false;
}

const rewritesOf = remembered((step: Step): readonly Rewrite[] => {
	if (step.keyword !== "RUN" || !/insteadOf/i.test(step.line.text)) return [];
	return commandsOf(step)
		.filter(({ program }) => program === "git")
		.flatMap((command) =>
			command.args.flatMap((word, index): readonly Rewrite[] => {
				const setting = /^url\.(.+)\.insteadOf(?:=(.+))?$/is.exec(comparable(word));
				const prefix = setting?.[2] ?? command.args[index + 1];
				if (setting === null || prefix === undefined) return [];
				return [{ command, base: setting[1] ?? "", prefix: typeof prefix === "string" ? prefix : comparable(prefix) }];
			}),
		);
});
