import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { type DividedChanges, dividedByFlags } from "../../dockerfile/layers/copyFlagFix.ts";
import { type ModeRepetition, modeRepetitions } from "../../dockerfile/layers/modeRepetitions.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const copyThenChmod = defineRule({
	id: "copy-then-chmod",
	title: "A RUN changes the mode or the owner of what was just copied",
	category: "cache",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "prefer-copy-chmod"]),
	onlyWith: { instructions: ["COPY", "ADD"], words: ["chmod", "chown"] },
	why: "A layer cannot change the mode of a file in the layer below: it holds the whole file once more. `chmod -R` or `chown -R` on what was copied doubles its share of the image.",
	remedy: "Let the copy do it: `COPY --chmod=755 …`, `COPY --chown=1000:1000 …`.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy---chown---chmod"],
	examples: [
		{
			caption: "A start script",
			bad: 'FROM debian:12\nCOPY entrypoint.sh /usr/local/bin/\nRUN «chmod» +x /usr/local/bin/entrypoint.sh\nENTRYPOINT ["entrypoint.sh"]\n',
			fixed: 'FROM debian:12\nCOPY --chmod=755 entrypoint.sh /usr/local/bin/\nENTRYPOINT ["entrypoint.sh"]\n',
		},
		{
			caption: "Copied with its mode",
			good: 'FROM debian:12\nCOPY --chmod=755 entrypoint.sh /usr/local/bin/\nENTRYPOINT ["entrypoint.sh"]\n',
		},
		{
			caption: "Two modes of one file",
			bad: "FROM debian:12\nCOPY a.sh b.sh /x/\nRUN «chmod» 700 /x/a.sh && chmod 755 /x/a.sh && chmod 755 /x/b.sh\n",
		},
		{
			caption: "The start script",
			bad: 'FROM debian:12\nCOPY entrypoint.sh /usr/local/bin/\nENV A=1\nRUN «chmod» +x /usr/local/bin/entrypoint.sh\nENTRYPOINT ["entrypoint.sh"]\n',
			fixed: 'FROM debian:12\nCOPY --chmod=755 entrypoint.sh /usr/local/bin/\nENV A=1\nENTRYPOINT ["entrypoint.sh"]\n',
		},
		{
			caption: "Among others; relative paths; the destination may be a folder",
			bad: "FROM debian:12\nWORKDIR /app\nCOPY --from=busybox:1 /bin/a b\nRUN make && \\\n    «chmod» 0500 b/a && \\\n    strip c\n",
			fixed: "FROM debian:12\nWORKDIR /app\nCOPY --from=busybox:1 --chmod=0500 /bin/a b\nRUN make && \\\n    strip c\n",
		},
		{
			caption: "The owner of a folder, and of one whose contents are copied into another",
			bad: "FROM node:22\nCOPY . /app\nRUN «chown» -R node:node /app\nCOPY src/ /b/\nRUN «chown» -R node:node /b\nUSER node\n",
			fixed: "FROM node:22\nCOPY --chown=node:node . /app\nCOPY --chown=node:node src/ /b/\nUSER node\n",
		},
		{
			caption: "No edit for other modes, for folders, for what archives are copied into, and for part of a copy",
			bad: "FROM debian:12\nCOPY src /src\nRUN «chmod» -R 755 /src\nCOPY a.txt /a\nCOPY b.sh c /x/\nRUN «chmod» g+w /a\nRUN «chmod» 755 /x/b.sh\nRUN mkdir -p /u01\nCOPY a.zip b.sh /u01/\nCOPY c.jar /u01/lib/c.jar\nRUN «chown» -R 1000:1000 /u01\nCOPY --from=busybox:1 /srv/site /opt/site/www\nRUN «chmod» -R a+rX /opt/site\n",
		},

		{
			caption: "By the pattern that they were copied by, which may fit more",
			bad: "FROM debian:12\nCOPY s/*.sh /a/\nRUN «chmod» 0544 /a/*.sh\n",
		},
		{
			caption: "In exec form, by a variable, the text of a heredoc",
			bad: 'FROM debian:12\nCOPY a.sh /\nRUN ["«chmod»", "+x", "/a.sh"]\nENV S=/b/b.sh\nCOPY b.sh /b/\nRUN «chmod» +x $S\nCOPY <<E /d.sh\nE\nRUN «chmod» 755 /d.sh\n',
			fixed: "FROM debian:12\nCOPY --chmod=755 a.sh /\nENV S=/b/b.sh\nCOPY --chmod=755 b.sh /b/\nCOPY --chmod=755 <<E /d.sh\nE\n",
		},
		{
			caption: "By arguments, which the build may pass: no edit",
			bad: "FROM debian:12\nARG UID=1000 MODE=755 F=/d/d.sh\nENV OWNER=$UID\nCOPY a.sh b.sh c.sh /opt/\nCOPY d.sh /d/\nRUN «chown» $UID:$UID /opt/a.sh\nRUN «chmod» $MODE /opt/b.sh\nRUN «chown» $OWNER /opt/c.sh\nRUN «chmod» 755 $F\n",
		},
		{
			caption: "Another pattern, other folders, written in between, variables that no shell sees",
			good: 'FROM debian:12\nCOPY w.sh x.sh /\nENV F=/w.sh U=app\nRUN ["chmod", "755", "$F"]\nRUN chmod 755 \'$F\'\nRUN ["chown", "$U", "/x.sh"]\nCOPY s/*.sh /a/\nRUN chmod 0544 /a/*.py /a/a*.sh /b/*.sh\nCOPY t/*.sh /t\nRUN chmod 0544 /t/*.sh\nCOPY u/*.sh /u/\nRUN sed -i s/a/b/ /u/x.sh\nRUN chmod 0544 /u/*.sh\nENV S=/v/v.sh\nCOPY v.sh /v/\nRUN sed -i s/a/b/ $S\nRUN chmod +x $S\n',
		},
		{
			caption: "Two commands for what one COPY takes",
			bad: "FROM debian:12\nCOPY a.sh b.sh /opt/x/\nRUN «chmod» +x /opt/x/a.sh && \\\n    chmod +x /opt/x/b.sh\nCOPY c.sh d.sh /opt/y/\nRUN «chmod» +x /opt/y/c.sh && chmod 755 /opt/y/d.sh && make\n",
			fixed: "FROM debian:12\nCOPY --chmod=755 a.sh b.sh /opt/x/\nCOPY --chmod=755 c.sh d.sh /opt/y/\nRUN make\n",
		},
		{
			caption: "Mode and owner, of what is a file by its mode, or because the container starts it",
			bad: 'FROM debian:12\nWORKDIR /app\nCOPY keys /h/keys\nRUN «chown» 33.33 /h/keys && chmod 0600 /h/keys\nCOPY --chmod=0600 more /h/more\nRUN «chown» 33:33 /h/more\nCOPY --from=golang:1.26 /x/app /app/app\nRUN «chown» nobody /app/app\nCMD ["./app"]\n',
			fixed:
				'FROM debian:12\nWORKDIR /app\nCOPY --chown=33:33 --chmod=0600 keys /h/keys\nCOPY --chmod=0600 --chown=33:33 more /h/more\nCOPY --from=golang:1.26 --chown=nobody /x/app /app/app\nCMD ["./app"]\n',
		},
		{
			caption: "One that can go beside one that has to stay",
			bad: "FROM debian:12\nCOPY a.sh /a/\nCOPY b.sh c.sh /b/\nCOPY d.sh /d/\nRUN «chmod» +x /a/a.sh && \\\n    «chmod» g+w /b/b.sh && \\\n    chmod 700 /b/c.sh && \\\n    chmod 700 /d/d.sh\n",
			fixed:
				"FROM debian:12\nCOPY --chmod=755 a.sh /a/\nCOPY b.sh c.sh /b/\nCOPY --chmod=700 d.sh /d/\nRUN chmod g+w /b/b.sh && \\\n    chmod 700 /b/c.sh\n",
		},
		{
			caption: "A chown of the same file that has to stay, and a part of what heredocs make: no edit",
			bad: "FROM debian:12\nCOPY a.sh /a/\nRUN useradd app && chown app /a/a.sh && «chmod» +x /a/a.sh\nCOPY <<A <<B /b/\na\nA\nb\nB\nRUN «chmod» +x /b/A\n",
		},
		{
			caption: "The comment above goes along, unless something else stands below",
			bad: "FROM debian:12\n# The script\nCOPY a.sh /\n\n# Make it executable\nRUN «chmod» +x /a.sh\n\nCOPY b.sh /\n# Settings\nRUN «chmod» +x /b.sh\nENV A=1\n",
			fixed:
				"FROM debian:12\n# The script\n# Make it executable\nCOPY --chmod=755 a.sh /\n\nCOPY --chmod=755 b.sh /\n# Settings\nENV A=1\n",
		},
		{
			caption: "Two modes, or a part of it",
			bad: "FROM debian:12\nCOPY a.sh b.sh /opt/x/\nRUN «chmod» 755 /opt/x/a.sh && chmod 700 /opt/x/b.sh\nCOPY c.sh d.sh e.sh /opt/y/\nRUN «chmod» 755 /opt/y/c.sh && chmod 755 /opt/y/d.sh\n",
		},
		{
			caption: "Written in between or by the same RUN, or removed in it",
			good: "FROM debian:12\nCOPY a.sh b.sh /\nRUN sed -i s/a/b/ /a.sh\nRUN chmod +x /a.sh\nRUN sed -i s/a/b/ /b.sh && chmod +x /b.sh\nCOPY src /src\nRUN make\nRUN chmod -R 755 /src\nCOPY c.sh /tmp/\nRUN chmod +x /tmp/c.sh && /tmp/c.sh && rm /tmp/c.sh\n",
		},
		{
			caption: "Options of the shell go along",
			bad: "FROM debian:12\nCOPY entry.sh /entry.sh\nRUN set -eux; «chmod» +x /entry.sh\n",
			fixed: "FROM debian:12\nCOPY --chmod=755 entry.sh /entry.sh\n",
		},
		{
			caption: "What the RUN changes with its folder anyway",
			good: "FROM debian:12\nCOPY app.sh /srv/\nRUN chown -R app /srv && chmod +x /srv/app.sh\nCOPY b.sh /opt/\nRUN chmod +x /opt/b.sh; chown -R $A:$B /opt/*\n",
		},
		{
			caption: "A folder alone, or what may be one; small files in it, what else fills it, or one of the system",
			good: "FROM node:22\nWORKDIR /app\nCOPY . .\nCOPY src /src\nCOPY lib/ /lib.d\nRUN chown node:node /app && chmod 755 /src /lib.d\nFROM debian:12\nCOPY a.sh /a/\nRUN chown -R 1000 /a\nRUN curl -o /b/x https://example.com/x\nCOPY b.zip /b/\nRUN chown -R 1000 /b\nWORKDIR /c\nRUN make\nCOPY c.zip /c/\nRUN chown -R 1000 /c\nCOPY d.zip /usr/share/d/\nRUN chmod -R a+r /usr/share/d\nCOPY e.zip /e/\nRUN unzip /e/e.zip -d /e\nRUN chown -R 1000 /e\nCOPY f.zip /f/\nCOPY f.sh /\nRUN chown 1000 /f\n",
		},
		{
			caption: "The user comes later than the copy",
			good: "FROM debian:12\nCOPY a /a\nRUN useradd app && chown app:app /a\nCOPY b /b\nRUN useradd bob\nRUN chown bob /b\n",
		},
		{
			caption: "Something else, something unknown, another stage, a copy with a mode",
			good: "FROM debian:12 AS build\nCOPY a /a\nRUN chmod 755 /a\nFROM debian:12\nCOPY --from=build /a /a\nCOPY --chmod=700 b /b\nCOPY *.sh /bin/\nARG D\nCOPY d $D\nRUN chmod 755 /b /bin/x.sh /c /d; chmod 755 /a /other; chmod 755 $D\nRUN --mount=type=bind,target=/e chmod 755 /e\n",
		},
		{
			caption: "A mode that folders have, too, and a file in what would be one",
			good: "FROM debian:12\nCOPY app /opt/app\nRUN chown 1000:1000 /opt/app\nRUN chmod a+rx /opt/app\nCOPY lib /opt/lib\nRUN chmod +x /opt/lib && chown 1000 /opt/lib\nRUN mv /opt/lib/a /opt/lib/b\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				const repetitions = modeRepetitions(step, workspace.contextFiles);
				reports.push(...dividedByFlags(step, repetitions).map(reportOf));
			}
		}
		return reports;
	},
});

/** One report for changes of a step that one repair can end, or that none can. */
function reportOf({ changes, fixes }: DividedChanges): Report {
	const [first, ...others] = changes;
	const programs = [...new Set(changes.map(({ change }) => change.program))];
	const paths = new Set(changes.flatMap(({ change }) => change.paths));
	const verb = `${programs.join(" and ")} put${programs.length === 1 ? "s" : ""}`;
	const more = paths.size === 1 ? "" : ` and ${paths.size - 1} more`;
	const copies = new Set(changes.flatMap(({ copies: each }) => each.map(({ step }) => step)));
	return {
		span: spanOf(first),
		message: `${verb} ${shortened(first.change.paths[0] ?? "", 50 - more.length)}${more} into the image a second time`,
		related: [
			...others.map((other) => ({
				span: spanOf(other),
				message: `${other.change.program} of ${shortened(other.change.paths.join(", "), 80)}`,
			})),
			...[...copies].map((copy) => ({ span: copy.keywordSpan, message: "Copied here" })),
		],
		fixes,
	};
}

function spanOf({ command }: ModeRepetition): Span {
	return command.name?.span ?? command.span;
}
