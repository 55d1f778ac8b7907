import { isForWindows } from "../../dockerfile/base/windows.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { portSpecsOf } from "../../dockerfile/start/portSpecs.ts";
import { startsBySudo } from "../../dockerfile/users/sudoCalls.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const exposePrivilegedPortNonroot = defineRule({
	id: "expose-privileged-port-nonroot",
	title: "A port below 1024, and a user who is not root",
	category: "runtime",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["EXPOSE"] },
	why: "Ports below 1024 are for root on Linux. Docker has lifted that inside of its containers since 20.10; Kubernetes with other engines, Podman with the host's network and older engines have not. There the server ends with *permission denied*, and somebody makes it run as root again.",
	remedy:
		"Let the server listen on a port above 1023, such as 8080 or 8443, and let EXPOSE follow: outside, it is published under any number. A capability on the program (`setcap cap_net_bind_service`) is the other way.",
	references: ["https://docs.docker.com/engine/release-notes/20.10/", "https://man7.org/linux/man-pages/man7/capabilities.7.html"],
	examples: [
		{ caption: "A port that everybody may open", good: "FROM debian:12\nEXPOSE 8080\nUSER 10001:10001\n" },
		{
			caption: "EXPOSE alone moves no server: nothing to repair",
			bad: 'FROM debian:12\nEXPOSE «80» «443/tcp» 8080\nUSER 10001:10001\nCMD ["apache2ctl", "-D", "FOREGROUND"]\n',
		},
		{ caption: "Inherited, in a range, UDP", bad: "FROM debian:12 AS a\nEXPOSE «53/udp» «1000-1030»\nFROM a\nUSER app\n" },
		{
			caption: "A library in another stage",
			bad: "FROM debian:12 AS build\nRUN apt-get install -y libcap-dev\nFROM debian:12\nCOPY --from=build /app /app\nEXPOSE «80»\nUSER app\n",
		},
		{ caption: "Root, or nobody knows who", good: "FROM debian:12\nEXPOSE 80\nFROM acme/base\nEXPOSE 80\n" },
		{ caption: "A variable decides who", good: "FROM debian:12\nARG U\nEXPOSE 80\nUSER $U\n" },
		{
			caption: "The capability is there",
			good: "FROM debian:12\nRUN setcap cap_net_bind_service=+ep /app\nEXPOSE 80\nUSER app\nFROM debian:12\nRUN <<EOF\nsetcap cap_net_bind_service=+ep /app\nEOF\nEXPOSE 80\nUSER app\n",
		},
		{
			caption: "It is copied",
			good: "FROM debian:12 AS b\nRUN setcap cap_net_bind_service=+ep /app\nFROM debian:12\nCOPY --from=b /app /app\nEXPOSE 80\nUSER app\n",
		},
		{
			caption: "sudo starts the server",
			good: "FROM debian:12\nEXPOSE 80\nUSER app\nCMD sudo nginx && sudo chown -R app /data && exec b\n",
		},
		{
			caption: "sudo starts the server, at the end of a script",
			good: 'FROM debian:12\nEXPOSE 80\nUSER app\nCMD ["sh", "-c", "a; sudo nginx"]\n',
		},
		{
			caption: "sudo does something else before",
			bad: "FROM debian:12\nEXPOSE «80»\nUSER app\nCMD sudo chown -R app /data && sudo sh -c 'mkdir /b' && exec node server.js\n",
		},
		{ caption: "The base image has it", good: "FROM caddy:2\nEXPOSE 80\nUSER 1000\n" },
		{ caption: "Other ports", good: "FROM debian:12\nEXPOSE 8080 1024 $P\nUSER app\n" },
	],
	check(file) {
		const reported = new Set<number>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || isForWindows(stage)) continue;
			const user = userAt(stage);
			if (user.value.kind !== "set" || isRootUser(user.value.value)) continue;
			if (startsBySudo(stage)) continue;
			const own = lineage(stage);
			const steps = own.flatMap((ancestor) => ancestor.steps);
			// The image of Caddy has the capability on its program.
			const base = rootBase(stage);
			if (base.kind === "image" && base.reference.repository === "library/caddy") continue;
			// COPY keeps a capability, so it may come from any stage; an installed library may not.
			const others = file.stages.filter((other) => !own.includes(other)).flatMap((other) => other.steps);
			if (others.some((step) => /net_bind_service|setcap/i.test(stepText(step)))) continue;
			if (steps.some((step) => /net_bind_service|setcap|authbind|libcap|unprivileged_port/i.test(stepText(step)))) continue;
			for (const { ports, word } of steps.flatMap((step) => (step.keyword === "EXPOSE" ? portSpecsOf(step) : []))) {
				if (ports === undefined || ports.first === 0 || ports.first >= 1024 || ports.last > 65535 || reported.has(word.span.start))
					continue;
				reported.add(word.span.start);
				reports.push({
					span: word.span,
					message: `Some engines do not let ${shortened(user.value.value, 40)} listen on port ${ports.first}`,
					...(user.step === undefined
						? {}
						: { related: [{ span: user.step.arguments.text === "" ? user.step.keywordSpan : user.step.span, message: "The user" }] }),
				});
			}
		}
		return reports;
	},
});
