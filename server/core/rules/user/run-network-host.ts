import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const runNetworkHost = defineRule({
	id: "run-network-host",
	title: "A build step runs in the network of the build host",
	category: "user",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S6431"]),
	onlyWith: { instructions: ["RUN"], words: ["network"] },
	why: "In the host's network a step reaches everything that listens on `localhost` of the machine that builds: databases, debuggers, the builder's own interfaces. An install script that was tampered with needs no more than that. The build also depends on the machine that it runs on, and needs the entitlement `network.host`.",
	remedy:
		"Leave the flag out: the default network reaches the internet. A step that downloads nothing is best built with `--network=none`.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#run---network",
		"https://docs.docker.com/reference/cli/docker/buildx/build/#allow",
	],
	examples: [
		{ caption: "With the network of the build", good: "FROM debian:12\nRUN apt-get update\n" },
		{
			caption: "The host's network",
			bad: "FROM debian:12\nRUN «--network=host» apt-get update\n",
			fixed: "FROM debian:12\nRUN apt-get update\n",
		},
		{
			caption: "Among other flags, over several lines",
			bad: "FROM debian:12\nRUN --mount=type=cache,target=/c \\\n    «--network=host» \\\n    make\n",
			fixed: "FROM debian:12\nRUN --mount=type=cache,target=/c \\\n    make\n",
		},
		{ caption: "In child images", bad: "FROM debian:12\nONBUILD RUN «--network=host» a\n", fixed: "FROM debian:12\nONBUILD RUN a\n" },
		{
			caption: "Other networks, and a command's own option",
			good: "FROM debian:12\nRUN --network=none make\nRUN --network=default make\nRUN docker run --network=host a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN") continue;
				for (const flag of step.flags) {
					if (flag.name !== "network" || flag.value !== "host") continue;
					reports.push({
						span: flag.span,
						message: "--network=host runs this step in the network of the build host",
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: [{ title: "Remove --network=host", safety: "review", edits: [removeArgument(file, flag.span)] }],
					});
				}
			}
		}
		return reports;
	},
});
