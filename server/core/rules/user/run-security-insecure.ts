import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const runSecurityInsecure = defineRule({
	id: "run-security-insecure",
	title: "A build step runs with full privileges on the build host",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S6502"], ["semgrep", "run-security-insecure"]),
	onlyWith: { instructions: ["RUN"], words: ["security"] },
	why: "With `--security=insecure` the step keeps every capability, sees the devices of the machine that builds, and no seccomp or AppArmor profile is in force. A package's install script, or whatever else the step downloads and runs, is one `mount` away from the build host and from the credentials and caches of every other build on it.",
	remedy:
		"Leave the flag out. What needs a privileged kernel interface (loading modules, mounting, nested containers) belongs into a test run or a machine of its own, not into an image build.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#run---security",
		"https://docs.docker.com/reference/cli/docker/buildx/build/#allow",
	],
	examples: [
		{ caption: "In the sandbox", good: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN make check\n" },
		{
			caption: "Full privileges for a step",
			bad: "# syntax=docker/dockerfile:1-labs\nFROM debian:12\nRUN «--security=insecure» mount -t tmpfs none /mnt\n",
			fixed: "# syntax=docker/dockerfile:1-labs\nFROM debian:12\nRUN mount -t tmpfs none /mnt\n",
		},
		{
			caption: "Other flags and comments stay",
			bad: "FROM debian:12\nRUN --mount=type=cache,target=/c «--security=insecure» \\\n  # all of it\n  make check\n",
			fixed: "FROM debian:12\nRUN --mount=type=cache,target=/c \\\n  # all of it\n  make check\n",
		},
		{ caption: "In child images", bad: "FROM debian:12\nONBUILD RUN «--security=insecure» a\n", fixed: "FROM debian:12\nONBUILD RUN a\n" },
		{
			caption: "The sandbox is the default; a command's own option is another thing",
			good: "FROM debian:12\nRUN --security=sandbox a\nRUN tool --security=insecure\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN") continue;
				for (const flag of step.flags) {
					if (flag.name !== "security" || flag.value !== "insecure") continue;
					reports.push({
						span: flag.span,
						message: "--security=insecure runs this step with full privileges on the build host",
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						// A step that mounts or traces would fail without it.
						fixes: [{ title: "Remove --security=insecure", safety: "review", edits: [removeArgument(file, flag.span)] }],
					});
				}
			}
		}
		return reports;
	},
});
