import { homeAt } from "../../dockerfile/accounts/home.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { removeCommands } from "../../dockerfile/edits/commandEdit.ts";
import { addFlag } from "../../dockerfile/edits/edit.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import { removes } from "../../dockerfile/files/removals.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { mountsOf } from "../../dockerfile/model/mounts.ts";
import { mountOwner } from "../../dockerfile/secrets/secretMounts.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const sshKeyInBuild = defineRule({
	id: "ssh-key-in-build",
	title: "A private SSH key is written during the build",
	category: "secrets",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["sonar", "S6437"]),
	onlyWith: { instructions: ["RUN"], words: ["ssh", "id"] },
	why: "A key that a RUN writes is in the layer, and the argument that brought it is in the history: everybody who can pull the image can log in with it wherever it is known. A key that the build generates is no better. Every container of the image has the same one, so that whoever has the image can pose as any of these servers, or log in as their users.",
	remedy:
		"Let the build use the builder's agent: `RUN --mount=type=ssh git clone git@…`, built with `--ssh default`. Generate host keys and user keys when the container starts (`ssh-keygen -A` in the entry point), on a volume if they have to stay.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#run---mounttypessh",
		"https://docs.docker.com/build/building/secrets/#ssh-mounts",
		"https://man.openbsd.org/ssh-keygen",
	],
	examples: [
		{ caption: "The keys of an agent", good: "FROM debian:12\nRUN --mount=type=ssh git clone git@git.acme.dev:a/b.git\n" },
		{
			caption: "Written from an argument",
			bad: 'FROM debian:12\nARG KEY\nRUN mkdir -p /root/.ssh && echo "$KEY" > «/root/.ssh/id_rsa» && chmod 600 /root/.ssh/id_rsa && git clone git@a.b:c/d\n',
			fixed: "FROM debian:12\nARG KEY\nRUN --mount=type=ssh mkdir -p /root/.ssh && git clone git@a.b:c/d\n",
		},
		{
			caption: "By other programs; given to an agent",
			bad: 'FROM debian:12\nRUN printf "%s" "$K" | base64 -d > «~/.ssh/deploy.pem»; echo "$K" | tee «~/.ssh/id_ed25519»\nRUN eval $(ssh-agent) && echo "$K" | «ssh-add» - && git clone git@a.b:c/d\nRUN cat > «/root/.ssh/id_rsa» <<EOF\n$K\nEOF\n',
		},
		{
			caption: "Generated: the same key in every container",
			bad: "FROM debian:12\nRUN «ssh-keygen» -A\nRUN «ssh-keygen» -q -t rsa -N '' -f /etc/ssh/ssh_host_rsa_key\nRUN true && «ssh-keygen» -t ed25519 -f /root/.ssh/id_ed25519 -N ''\nONBUILD RUN «ssh-keygen» -A\n",
		},
		{
			caption: "In a builder",
			bad: "FROM debian:12 AS b\nRUN echo $KEY > «/root/.ssh/id_rsa»\nFROM scratch\nCOPY --from=b /a /a\n",
		},
		{
			caption: "The agent, a mounted key, public keys",
			good: "FROM debian:12\nRUN --mount=type=ssh git clone git@a.b:c/d\nRUN --mount=type=secret,id=k eval $(ssh-agent) && ssh-add /run/secrets/k\nRUN echo $PUB > /root/.ssh/id_rsa.pub && echo $PUB >> /root/.ssh/authorized_keys && echo a > /root/.ssh/config && ssh-add -l; ssh-keyscan a > /root/.ssh/known_hosts\n",
		},
		{
			caption: "Looks and removals",
			good: "FROM debian:12\nRUN ssh-keygen -lf /k; ssh-keygen -R a; ssh-keygen -y -f /k; ssh-keygen -F b\nRUN ssh-keygen -A && rm -f /etc/ssh/ssh_host_*\nRUN echo $K > /root/.ssh/id_rsa && git clone git@a.b:c/d && rm /root/.ssh/id_rsa\nRUN --mount=type=tmpfs,target=/root/.ssh echo $K > /root/.ssh/id_rsa\nCMD ssh-keygen -A && sshd -D\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const lowered =
				stage.use === "unused" ? { severity: "hint" as const } : stage.use === "copied" ? { severity: "warning" as const } : {};
			for (const step of stage.steps) {
				if (step.keyword !== "RUN" || (step.heredocs.length === 0 && !/ssh|id_|\.pem/.test(step.line.text))) continue;
				for (const command of commandsOf(step)) {
					const found = written(step, command) ?? added(step, command) ?? generated(step, command);
					if (found !== undefined) reports.push({ ...found, ...lowered });
				}
			}
		}
		return reports;
	},
});

const KEY_FILE =
	/(?:^|\/)id_(?:rsa|dsa|ecdsa|ed25519)$|\/\.ssh\/[\w.-]{1,60}(?:\.pem|\.key|_key|_rsa|_ed25519)$|\/\.ssh\/(?:key|deploy[-_]?key|identity)$/;

/** `echo "$KEY" > ~/.ssh/id_rsa`, `… | tee ~/.ssh/id_rsa`. */
function written(step: Step, command: ShellCommand): Report | undefined {
	const targets = [
		...command.redirects.filter((redirect) => /^>[>|]?$/.test(redirect.operator)).map((redirect) => redirect.target),
		...(command.program === "tee" ? command.args : []),
	];
	const target = targets.find((word) => word !== undefined && KEY_FILE.test(comparable(word)));
	if (target === undefined || command.program === "ssh-keyscan" || command.program === "ssh-keygen") return undefined;
	const path = absolute(step, command, target);
	if (path !== undefined && isGone(step, command, path)) return undefined;
	return {
		span: target.span,
		message: `A private key is written to ${shortened(comparable(target), 50)} and stays in the layer`,
		fixes: () => agentFix(step, command, target),
	};
}

/** The key comes from the agent instead: what writes it and what changes its mode goes. */
function agentFix(step: Step, command: ShellCommand, target: ShellWord): readonly Fix[] {
	const owner = mountOwner(step);
	const path = comparable(target);
	const commands = commandsOf(step);
	const about = commands.filter(
		(other) =>
			other !== command &&
			/^(?:chmod|chown|rm|ssh-add|ssh-agent|eval)$/.test(other.program ?? "") &&
			other.args.some((word) => comparable(word) === path),
	);
	const gitUses = commands.some((other) => /^(?:git|npm|yarn|pnpm|pip|pip3|go|cargo|composer|bundle|ssh|scp)$/.test(other.program ?? ""));
	const edits = owner === undefined || !gitUses ? undefined : removeCommands(step, [command, ...about]);
	if (edits === undefined || mountsOf(step).some((mount) => mount.type === "ssh")) return [];
	return [
		{
			title: "Use the builder's SSH agent",
			safety: "review",
			edits: [addFlag(step, `--mount=type=ssh${owner ?? ""}`), ...edits],
			note: "Build with --ssh default.",
		},
	];
}

/** `echo "$KEY" | ssh-add -`. */
function added(step: Step, command: ShellCommand): Report | undefined {
	if (command.program !== "ssh-add" || command.name === undefined) return undefined;
	const operands = command.args.filter((word) => word.text === "-" || !word.text.startsWith("-"));
	const [first] = operands;
	if (first === undefined || command.args.some((word) => /^-[lLdDxXTe]/.test(word.text))) return undefined;
	const text = comparable(first);
	const from = commandsOf(step).some((other) => /\/run\/secrets\//.test(other.args.map((word) => word.text).join(" ")));
	if (from || mountsOf(step).some((mount) => mount.type === "secret") || (text !== "-" && !text.includes("\0"))) return undefined;
	return { span: command.name.span, message: "A private key is given to ssh-add from a variable, which history keeps" };
}

/** `ssh-keygen -A`, `ssh-keygen -t rsa -f …`. */
function generated(step: Step, command: ShellCommand): Report | undefined {
	if (command.program !== "ssh-keygen" || command.name === undefined) return undefined;
	const args = readArguments(command.args, "-a -b -C -D -E -F -f -g -I -i -m -M -N -n -O -P -R -r -S -s -t -V -W -w -Y -z -Z".split(" "));
	const names = new Set(args.options.map((option) => option.name));
	const hosts = names.has("-A");
	if (
		!hosts &&
		["-l", "-R", "-F", "-y", "-i", "-e", "-c", "-p", "-B", "-H", "-s", "-L", "-Y", "-k", "-Q", "-r"].some((name) => names.has(name))
	)
		return undefined;
	if (!hosts && !names.has("-t") && !names.has("-f") && !names.has("-N")) return undefined;
	const file = args.options.find((option) => option.name === "-f");
	const path = hosts ? "/etc/ssh/ssh_host_rsa_key" : file?.valueWord === undefined ? undefined : absolute(step, command, file.valueWord);
	if (path !== undefined && isGone(step, command, path)) return undefined;
	// The key of something that is thrown away when the step ends.
	if (path?.startsWith("/tmp/") === true) return undefined;
	const isHost = hosts || path?.includes("ssh_host_") === true;
	return {
		span: command.name.span,
		message: isHost
			? "ssh-keygen gives every container the same private host key"
			: "ssh-keygen gives every container the same private key",
	};
}

function absolute(step: Step, command: ShellCommand, word: ShellWord): string | undefined {
	const text = comparable(word).replace("${HOME}", "~");
	if (text.startsWith("/")) return text;
	if (!text.startsWith("~/")) return undefined;
	const home = homeAt(step, command);
	return home.kind === "set" ? home.value + text.slice(1) : undefined;
}

/** Whether the step removes the file again, or a mount keeps it out of the layer. */
function isGone(step: Step, command: ShellCommand, path: string): boolean {
	if (mountCovers(step, path) !== "no") return true;
	const commands = commandsOf(step);
	return commands.slice(commands.indexOf(command) + 1).some((later) => removes(step, later, path) !== "no");
}
