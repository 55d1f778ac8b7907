import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { mainProgram } from "../../dockerfile/start/mainProgram.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { LOG_FILES, type LogFiles } from "../../knowledge/logFiles.ts";
import { ownValue } from "../../ownValue.ts";
import { defineRule, type Report } from "../rule.ts";

export const readOnlyRootfsHints = defineRule({
	id: "read-only-rootfs-hints",
	title: "The server writes its logs into the container's file system",
	category: "runtime",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["CMD", "ENTRYPOINT"] },
	why: "A container with a read-only root file system (`--read-only`, `readOnlyRootFilesystem`) leaves an attacker no place for tools. A server that writes its logs below `/var/log` does not start in one; in any other the logs grow with the container, are not seen by `docker logs`, and are gone with it.",
	remedy:
		"Let the log files be links to `/dev/stdout` and `/dev/stderr`, as the official images do, and give directories for state, caches and process ids a volume or a tmpfs when the container is started.",
	references: ["https://docs.docker.com/reference/cli/docker/container/run/#read-only", "https://docs.docker.com/engine/logging/"],
	examples: [
		{
			caption: "To the container's output",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y nginx\nRUN ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{
			caption: "A server from a package",
			bad: 'FROM debian:12\nRUN apt-get install -y nginx\n«CMD» ["nginx", "-g", "daemon off;"]\n',
			fixed:
				'FROM debian:12\nRUN apt-get install -y nginx\nRUN ln -sf /dev/stdout /var/log/nginx/access.log \\\n    && ln -sf /dev/stderr /var/log/nginx/error.log\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{
			caption: "Another user may not make the links",
			bad: 'FROM debian:12\nRUN apt-get install -y nginx\nUSER app\n«CMD» ["nginx", "-g", "daemon off;"]\n',
		},
		{
			caption: "Linked, or a volume",
			good: 'FROM debian:12\nRUN ln -sf /dev/stdout /var/log/nginx/access.log\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{
			caption: "A configuration of its own",
			good: 'FROM debian:12\nCOPY nginx.conf /etc/nginx/nginx.conf\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{ caption: "The official image has done it", good: 'FROM nginx:1.27\nCMD ["nginx", "-g", "daemon off;"]\n' },
		{ caption: "A distribution that nobody looked at, another program", good: 'FROM fedora:40\nCMD ["nginx", "-g", "daemon off;"]\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || !plainDistribution(stage)) continue;
			const main = mainProgram(stage);
			// Another folder, or another configuration: not the package's own set-up.
			if (
				main === undefined ||
				!/^(?:\/usr\/sbin\/)?\w+$/.test(main.command.name?.value ?? "") ||
				main.command.args.some(({ text }) => /^-[cf]/.test(text))
			)
				continue;
			const { program } = main.command;
			const logs = ownValue(LOG_FILES, program);
			if (
				main === undefined ||
				logs === undefined ||
				!logs.families.includes(stageFamily(stage) ?? "") ||
				isLookedAfter(stage, program ?? "")
			)
				continue;
			reports.push({
				span: main.step.keywordSpan,
				message: `${program} writes its logs to ${logs.output}`,
				fixes: () => fixesFor(stage, logs),
			});
		}
		return reports;
	},
});

/** Whether a step names the logs, or brings a configuration that may. */
function isLookedAfter(stage: Stage, program: string): boolean {
	return lineage(stage).some((ancestor) =>
		ancestor.steps.some((step) => {
			const { text } = step.line;
			if (/\/var\/log|\/dev\/std|access_log|error_log|CustomLog/.test(text)) return true;
			return (
				(step.keyword === "COPY" || step.keyword === "ADD") &&
				(text.includes(program.replace(/ctl$/, "")) || /\/etc|\.conf|\s\/\s*$/.test(text))
			);
		}),
	);
}

function fixesFor(stage: Stage, { output, errors }: LogFiles): readonly Fix[] {
	const user = userAt(stage).value;
	if (user.kind !== "set" || !isRootUser(user.value)) return [];
	const edit = insertBeforeStart(stage, `RUN ln -sf /dev/stdout ${output} ${stage.file.escape}\n    && ln -sf /dev/stderr ${errors}`);
	return edit === undefined ? [] : [{ title: "Link the logs to the container's output", safety: "review", edits: [edit] }];
}
