import { isAnsweredByInput } from "../../dockerfile/commands/givenAnswers.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { aptConfigured } from "../../dockerfile/packages/aptConfiguration.ts";
import { callOption } from "../../dockerfile/packages/callWords.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { APT_WORDS } from "../needs.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const ASKING = new Set([
	"autoremove",
	"auto-remove",
	"autopurge",
	"upgrade",
	"dist-upgrade",
	"full-upgrade",
	"safe-upgrade",
	"dselect-upgrade",
]);
/** Without a package these have nothing to do, unless they are to mend what is broken. */
const ASKING_ABOUT_PACKAGES = new Set(["install", "reinstall", "satisfy", "build-dep", "remove", "purge"]);

/** `APT::Get::Assume-Yes "true";`, or the same in a block: `APT { Get { Assume-Yes "true"; }; };`. */
const CONFIGURED =
	/\bGet(?:::|\s{0,8}\{[^}]{0,200}(?<![-\w]))(?:Assume-Yes|force-yes)(?!["'\s=\\]{0,8}(?:false|no|0|off|without|disable)\b)/i;

export const aptInstallWithoutYes = defineRule({
	id: "apt-install-without-yes",
	title: "apt-get waits for an answer that nobody gives",
	category: "packages",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL3014"],
			["trivy", "DS-0021"],
			["kics", "77783205-c4ca-4f80-bb80-c777f267c547"],
			["semgrep", "missing-assume-yes-switch"],
			["dockerfilelint", "apt-get_missing_param"],
			["droast", "DF015"],
		),
		...similar(["sonar", "S6584"]),
	],
	onlyWith: { words: APT_WORDS },
	why: "apt-get asks before it installs more than what was named, before it removes and before it upgrades. In a build nobody can answer: the command stops, or ends with an error, depending on whether anything besides the named packages would change. The build then works on one day and fails on another.",
	remedy: "Add `-y` behind the subcommand.",
	references: ["https://manpages.debian.org/bookworm/apt/apt-get.8.en.html"],
	examples: [
		{ caption: "The answer is given", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n" },
		{
			caption: "Nobody answers the question",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «install» curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
		},
		{
			caption: "Each call is looked at",
			bad: "FROM debian:12\nRUN apt-get install -y a && apt-get «dist-upgrade» && /usr/bin/apt-get -q «autoremove»\n",
			fixed: "FROM debian:12\nRUN apt-get install -y a && apt-get dist-upgrade -y && /usr/bin/apt-get -q autoremove -y\n",
		},
		{
			caption: "What is missing for a package that stands there",
			bad: "FROM debian:12\nRUN dpkg -i x.deb || apt-get -f «install»\nRUN apt-get «install» --fix-broken && apt-get install && apt-get -fy install\n",
			fixed:
				"FROM debian:12\nRUN dpkg -i x.deb || apt-get -f install -y\nRUN apt-get install -y --fix-broken && apt-get install && apt-get -fy install\n",
		},
		{
			caption: "By dependencies",
			bad: "FROM debian:12\nRUN apt-get «satisfy» 'curl (>= 7)' && apt-get satisfy -y 'jq' && apt-get satisfy\n",
			fixed: "FROM debian:12\nRUN apt-get satisfy -y 'curl (>= 7)' && apt-get satisfy -y 'jq' && apt-get satisfy\n",
		},
		{
			caption: "In exec form: no edit",
			bad: 'FROM debian:12\nRUN ["apt-get", "«install»", "curl"]\nRUN ["sudo", "apt-get", "-q", "«install»", "curl"]\n',
		},
		{
			caption: "Behind wrappers and in scripts",
			bad: "FROM debian:12\nRUN bash -c 'DEBIAN_FRONTEND=noninteractive sudo apt-get «install» \\\n  curl'\n",
			fixed: "FROM debian:12\nRUN bash -c 'DEBIAN_FRONTEND=noninteractive sudo apt-get install -y \\\n  curl'\n",
		},
		{
			caption: "In a heredoc that a shell of the line reads",
			bad: "FROM debian:12\nRUN bash -euxo pipefail <<'EOF'\napt-get «install» a\nEOF\nRUN <<EOF bash -s -- b\napt-get «install» c\nEOF\nRUN sudo bash <<EOF\napt-get «install» d\nEOF\nRUN cat <<EOF | bash\napt-get «install» e\nEOF\n",
			fixed:
				"FROM debian:12\nRUN bash -euxo pipefail <<'EOF'\napt-get install -y a\nEOF\nRUN <<EOF bash -s -- b\napt-get install -y c\nEOF\nRUN sudo bash <<EOF\napt-get install -y d\nEOF\nRUN cat <<EOF | bash\napt-get install -y e\nEOF\n",
		},
		{
			caption: "Another program, another root or another script reads it",
			good: "FROM debian:12\nRUN bash -s 3<<EOF\napt-get install a\nEOF\nRUN bash a.sh <<EOF\napt-get install b\nEOF\nRUN xargs bash <<EOF\napt-get install c\nEOF\nRUN chroot /mnt bash <<EOF\napt-get install d\nEOF\n",
		},
		{
			caption: "An empty input answers nothing",
			bad: "FROM debian:12\nRUN apt-get «install» a < /dev/null && apt-get install b < /answers\n",
			fixed: "FROM debian:12\nRUN apt-get install -y a < /dev/null && apt-get install b < /answers\n",
		},
		{
			caption: "Something else is written into it",
			bad: "FROM debian:12\nRUN yes | bash -c 'cat /list | apt-get «install» a'\n",
			fixed: "FROM debian:12\nRUN yes | bash -c 'cat /list | apt-get install -y a'\n",
		},
		{
			caption: "The answer is given, in any spelling",
			good: "FROM debian:12\nRUN apt-get install -y a; apt-get -qq install b; apt-get install --assume-yes c; apt-get -o APT::Get::Assume-Yes=true install d; apt-get install -q=2 e; apt-get -q=3 install f; apt-get -o quiet=2 install g; apt-get -q -q upgrade\n",
		},
		{
			caption: "Or comes from a configuration or a pipe",
			good: "FROM debian:12\nRUN echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/90yes\nRUN apt-get install a\nFROM debian:12\nRUN yes | apt-get install b && apt-get install $OPTIONS c\nRUN bash -c 'yes | apt-get install d' && sh -c \"echo y | sudo apt-get install e\"\nRUN sudo yes | sudo apt-get install f && yes | sudo env A=1 apt-get install g\n",
		},
		{
			caption: "In blocks",
			good: "FROM debian:12\nRUN echo 'APT { Get { Assume-Yes \"true\"; }; };' > /etc/apt/apt.conf.d/90yes\nRUN apt-get install a\nFROM debian:12\nCOPY <<EOF /etc/apt/apt.conf.d/90yes\nAPT::Get {\n  Assume-Yes 1;\n};\nEOF\nRUN apt-get install a\n",
		},
		{
			caption: "A configuration that says no, one that is written behind the install, one about something else",
			bad: 'FROM debian:12\nRUN echo \'APT::Get::Assume-Yes "false";\' > /etc/apt/apt.conf.d/90no\nCOPY <<EOF /etc/apt/apt.conf.d/80retries\nAcquire::Retries "3";\nEOF\nRUN apt-get «install» a && echo \'APT::Get::Assume-Yes "true";\' > /etc/apt/apt.conf.d/90yes && apt-get install b\nRUN apt-get install c\n',
			fixed:
				'FROM debian:12\nRUN echo \'APT::Get::Assume-Yes "false";\' > /etc/apt/apt.conf.d/90no\nCOPY <<EOF /etc/apt/apt.conf.d/80retries\nAcquire::Retries "3";\nEOF\nRUN apt-get install -y a && echo \'APT::Get::Assume-Yes "true";\' > /etc/apt/apt.conf.d/90yes && apt-get install b\nRUN apt-get install c\n',
		},
		{
			caption: "Configured between functions, loops and heredocs whose order is another",
			good: "FROM debian:12\nRUN get() { apt-get install a; }; echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/90yes; get\nFROM debian:12\nRUN for i in 1 2; do apt-get install $i; echo 'APT::Get::Assume-Yes \"true\";' > /etc/apt/apt.conf.d/90yes; done\n",
		},
		{
			caption: "A word, keys, sources and another call's option answer nothing",
			bad: "FROM debian:12\nRUN echo 'Assume-Yes' && apt-get «install» c\nCOPY k.gpg /etc/apt/keyrings/\nCOPY a.list /etc/apt/sources.list.d/\nRUN apt-get -o APT::Get::Assume-Yes=true install a && apt-get «install» b\n",
			fixed:
				"FROM debian:12\nRUN echo 'Assume-Yes' && apt-get install -y c\nCOPY k.gpg /etc/apt/keyrings/\nCOPY a.list /etc/apt/sources.list.d/\nRUN apt-get -o APT::Get::Assume-Yes=true install a && apt-get install -y b\n",
		},
		{
			caption: "A configuration, and folders that may hold one",
			good: "FROM debian:12\nCOPY 90yes /etc/apt/apt.conf.d/\nRUN apt-get install a\nFROM debian:12\nCOPY apt /etc/apt\nRUN apt-get install a\nFROM debian:12\nCOPY apt.conf /etc/apt/\nRUN apt-get install a\n",
		},
		{
			caption: "Variables whose value the file shows",
			bad: 'FROM debian:12\nENV PACKAGES="curl git" OPTIONS="-qqy"\nRUN apt-get «install» $PACKAGES && apt-get install $OPTIONS $PACKAGES\n',
			fixed:
				'FROM debian:12\nENV PACKAGES="curl git" OPTIONS="-qqy"\nRUN apt-get install -y $PACKAGES && apt-get install $OPTIONS $PACKAGES\n',
		},
		{
			caption: "Nothing is asked",
			good: "FROM debian:12\nRUN apt-get update && apt-get clean && apt-get download curl && apt-get install --help && apt-get install -s a && apt-get install --no-act a && apt-get upgrade --download-only && apt-get purge\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const word = call.manager === "apt" && asks(call) ? call.verbWord : undefined;
					if (word === undefined || answered(step, call) || aptConfigured(step, CONFIGURED, call.command) !== "no") continue;
					reports.push({
						span: word.span,
						message: `${call.program} ${call.verb} without -y can stop at a question`,
						fixes: call.command.decoded ? [] : [{ title: "Add -y", safety: "safe", edits: [insertAfter(word.span, " -y")] }],
					});
				}
			}
		}
		return reports;
	},
});

function asks(call: PackageCall): boolean {
	if (ASKING.has(call.verb)) return true;
	return ASKING_ABOUT_PACKAGES.has(call.verb) && (call.operands.length > 0 || callHasOption(call, "-f", "--fix-broken"));
}

const ANSWERS =
	/^(?:-[a-z]*[yshd][a-z]*|-q{2,}|--yes|--assume-yes|--force-yes|--assume-no|--simulate|--dry-run|--download-only|--just-print|--no-act|--recon|--help|--print-uris)$/;

function answered(step: Step, call: PackageCall): boolean {
	// Of a setting in a variable the value is another word.
	const said = callOption(step, call, (name, value) => ANSWERS.test(name) || (name === "-o" && value === undefined));
	if (said !== "no") return true;
	const quiet = call.options.filter((option) => option.name === "-q" || option.name === "--quiet");
	// A level of two or more implies yes.
	if (quiet.length >= 2 || quiet.some((option) => Number(option.value) >= 2)) return true;
	if (call.options.some(({ word, value }) => /^-q=[2-9]/.test(word.text) || /^quiet\s*=\s*"?[2-9]/i.test(value ?? ""))) return true;
	if (call.options.some((option) => /^APT::Get::(?:Assume-Yes|force-yes)\s*=?\s*"?(?:true|1|yes)/i.test(option.value ?? ""))) return true;
	return isAnsweredByInput(step, call.command);
}
