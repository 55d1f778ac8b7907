import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const runDeviceAccess = defineRule({
	id: "run-device-access",
	title: "A build step asks for a device of the build host",
	category: "user",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["device"] },
	why: "A device that a step may use is a door to the kernel of the machine that builds, for everything that the step runs. The build works only on machines that have the device and allow its use, so nobody else can repeat it.",
	remedy:
		"Leave the flag out where the step only compiles: compilers for GPUs need the toolkit, not the hardware. Tests on the device belong into a run of the finished image.",
	references: ["https://docs.docker.com/reference/dockerfile/#run---device", "https://github.com/cncf-tags/container-device-interface"],
	examples: [
		{
			caption: "A device by its CDI name",
			bad: "# syntax=docker/dockerfile:1-labs\nFROM debian:12\nRUN «--device=nvidia.com/gpu=all» make test\n",
			fixed: "# syntax=docker/dockerfile:1-labs\nFROM debian:12\nRUN make test\n",
		},
		{
			caption: "Optional ones, several of them",
			bad: "FROM debian:12\nRUN «--device=name=a.b/c,required=false» «--device=d.e/f» make\n",
			fixed: "FROM debian:12\nRUN make\n",
		},
		{ caption: "A command's own option", good: "FROM debian:12\nRUN docker run --device=/dev/kvm a\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN") continue;
				for (const flag of step.flags) {
					if (flag.name !== "device") continue;
					const name = /(?:^|,)name=([^,]*)/.exec(flag.value ?? "")?.[1] ?? flag.value?.split(",")[0] ?? "";
					reports.push({
						span: flag.span,
						message: `RUN asks for ${name === "" ? "a device" : `the device ${shortened(name, 50)}`} of the build host`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: [{ title: "Remove --device", safety: "review", edits: [removeArgument(file, flag.span)] }],
					});
				}
			}
		}
		return reports;
	},
});
