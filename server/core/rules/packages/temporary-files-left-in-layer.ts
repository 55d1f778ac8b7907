import { baseName, hideReferences } from "../../baseName.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordValue } from "../../dockerfile/commands/wordValues.ts";
import { fitsPatternOutside, isNamedOutside, type StepRange } from "../../dockerfile/downloads/otherSteps.ts";
import { type TemporaryFile, temporaryFilesLeft } from "../../dockerfile/downloads/temporaryFiles.ts";
import { appendCleaning } from "../../dockerfile/layers/layerCleaning.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { stagesFrom } from "../../dockerfile/model/stages.ts";
import { isNamedForChecks } from "../../dockerfile/start/workplace.ts";
import type { EditFix } from "../../finding.ts";
import type { ShellWord } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const MOST_CHARACTERS = 60;
const FACTS: Readonly<Record<TemporaryFile["kind"], string>> = {
	archive: "stays in the layer after it is unpacked",
	package: "stays in the layer after it is installed",
	signature: "stays in the layer after it is checked",
	folder: "is a temporary folder that stays in the layer",
};

export const temporaryFilesLeftInLayer = defineRule({
	id: "temporary-files-left-in-layer",
	title: "Files that only the build step needed stay in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["curl", "wget", "mktemp", "aria"] },
	why: "A layer holds what is there when its RUN ends. An archive that was unpacked, a package that was installed and a signature that was checked are of no use any more, but each host pulls and stores them; what a later instruction removes stays in the layer below.",
	remedy:
		"Remove such files in the RUN that made them, or let none come into being: `curl … | tar -xz` needs no archive, and what lies on `--mount=type=tmpfs,target=/tmp` is never part of a layer.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#run",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypetmpfs",
	],
	examples: [
		{
			caption: "An archive that is unpacked",
			bad: "FROM debian:12\nRUN curl -fsSLo «/tmp/tool.tar.gz» https://example.com/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /usr/local\n",
			fixed:
				"FROM debian:12\nRUN curl -fsSLo /tmp/tool.tar.gz https://example.com/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /usr/local && rm -f /tmp/tool.tar.gz\n",
		},
		{
			caption: "Removed by the RUN that fetched it",
			good: "FROM debian:12\nRUN curl -fsSLo /tmp/tool.tar.gz https://example.com/tool.tar.gz && tar -xzf /tmp/tool.tar.gz -C /usr/local && rm /tmp/tool.tar.gz\n",
		},
		{
			caption: "An archive, beside files of the like name in another folder",
			bad: "FROM debian:12\nRUN curl -fsSLo «/tmp/node.tar.xz» https://example.com/node.tar.xz && tar -xf /tmp/node.tar.xz -C /usr/local && ln -s /usr/local/node/node* /usr/bin\n",
			fixed:
				"FROM debian:12\nRUN curl -fsSLo /tmp/node.tar.xz https://example.com/node.tar.xz && tar -xf /tmp/node.tar.xz -C /usr/local && ln -s /usr/local/node/node* /usr/bin && rm -f /tmp/node.tar.xz\n",
		},
		{
			caption: "Beside a folder that is removed; a folder in back-ticks",
			bad: "FROM debian:12\nRUN wget «https://example.com/a.tgz» && tar xf a.tgz && cd a && make && cd .. && rm -rf a\nRUN «D=`mktemp -d`» && touch $D/x\n",
		},
		{
			caption: "A package that is named by its address, in the layout of the file",
			bad: "FROM debian:12\r\nRUN wget «https://example.com/a.deb» && \\\r\n    # install it\r\n    dpkg -i a.deb\r\n",
			fixed:
				"FROM debian:12\r\nRUN wget https://example.com/a.deb && \\\r\n    # install it\r\n    dpkg -i a.deb && \\\r\n    rm -f a.deb\r\n",
		},
		{
			caption: "In another folder, where no edit is offered; with a version; a signature",
			bad: "FROM debian:12\nENV V=1\nRUN cd /opt && curl -o «b.zip» https://example.com/b.zip && unzip b.zip && rm -rf /var/lib/apt/lists/*\nRUN wget -O «/tmp/c-$V.tgz» https://example.com/c-$V.tgz && tar xzf /tmp/c-${V}.tgz\nRUN curl -o «d.asc» https://example.com/d.asc && gpg --batch --verify d.asc d\n",
			fixed:
				"FROM debian:12\nENV V=1\nRUN cd /opt && curl -o b.zip https://example.com/b.zip && unzip b.zip && rm -rf /var/lib/apt/lists/*\nRUN wget -O /tmp/c-$V.tgz https://example.com/c-$V.tgz && tar xzf /tmp/c-${V}.tgz && rm -f /tmp/c-${V}.tgz\nRUN curl -o d.asc https://example.com/d.asc && gpg --batch --verify d.asc d && rm -f d.asc\n",
		},
		{
			caption: "Names with variables",
			bad: 'FROM debian:12\nENV F=tool.tar.gz\nARG V=v1.2.3\nRUN curl -fsSLO «https://example.org/$F» && tar xzf $F\nRUN curl -fsSLO «"https://example.org/b_${V#v}.tgz"» && tar xf "b_${V#v}.tgz"\nRUN curl -fsSLO «https://example.org/c_${V//./_}.tgz» && tar xf c_${V//./_}.tgz\n',
			fixed:
				'FROM debian:12\nENV F=tool.tar.gz\nARG V=v1.2.3\nRUN curl -fsSLO https://example.org/$F && tar xzf $F && rm -f $F\nRUN curl -fsSLO "https://example.org/b_${V#v}.tgz" && tar xf "b_${V#v}.tgz" && rm -f "b_${V#v}.tgz"\nRUN curl -fsSLO https://example.org/c_${V//./_}.tgz && tar xf c_${V//./_}.tgz && rm -f c_${V//./_}.tgz\n',
		},
		{
			caption: "A name that the script assigns or nobody knows: no edit",
			bad: "FROM debian:12\nARG V\nRUN W=1 && curl -fsSLO «https://example.org/a-$W.tgz» && tar xf a-$W.tgz\nRUN curl -fsSLO «https://example.org/b_${V%-*}.tgz» && tar xf b_${V%-*}.tgz\n",
		},
		{
			caption: "A name that a loop or a file gives: it is not known",
			bad: "FROM debian:12\nARG V=1.2\nRUN for V in 1 2; do echo $V; done && wget «https://example.com/a-$V.tgz» && tar xf a-$V.tgz\nRUN . ./env && wget «https://example.com/b-$V.tgz» && tar xf b-$V.tgz\n",
		},
		{
			caption: "One file from two addresses; named further down: no edit",
			bad: "FROM debian:12\nRUN (wget «https://example.com/a.tgz» || wget https://example.org/a.tgz) && tar xf a.tgz\nRUN wget «https://example.com/b.zip» && unzip b.zip -d .\nRUN rm a.tgz *.zip\n",
		},
		{
			caption: "Unpacked or installed in a later RUN: no edit",
			bad: "FROM debian:12\nENV V=1\nRUN curl -fsSLO «https://example.com/a.tgz»\nRUN wget «https://example.com/b-$V.deb»\nRUN tar xzf a.tgz\nRUN dpkg -i ./b-${V}.deb\n",
		},
		{
			caption: "Unpacked in a later RUN, and removed, moved or used elsewhere",
			good: "FROM debian:12\nRUN curl -fsSLO https://example.com/a.tgz\nRUN tar xzf a.tgz && rm a.tgz\nRUN curl -fsSLO https://example.com/b.tgz\nRUN tar xzf b.tgz\nRUN mv b.tgz /srv\nRUN curl -fsSLO https://example.com/c.tgz\nRUN cp c.tgz d.tgz && tar xzf c.tgz\n",
		},
		{
			caption: "Unpacked in a later RUN, and removed or used by a pattern, a folder or a variable",
			good: "FROM debian:12\nWORKDIR /w\nRUN curl -fsSLo /tmp/a.zip https://example.com/a.zip\nRUN unzip /tmp/a.zip\nRUN rm -rf /tmp/*\nRUN wget https://example.com/b-2.tgz\nRUN tar xf b-2.tgz\nRUN W=2 && rm b-$W.tgz\nWORKDIR /x\nRUN wget https://example.com/c.tar.gz\nRUN tar xf c.tar.gz\nRUN sha256sum * > SUMS\nWORKDIR /y\nRUN wget https://example.com/d.tar.gz\nRUN tar xf d.tar.gz\nRUN find . -name '*.gz' -delete\n",
		},
		{
			caption: "The folder removed, copied to another stage, or of no known name",
			good: "FROM debian:12 AS base\nWORKDIR /w\nRUN wget https://example.com/a.tgz\nRUN tar xf a.tgz\nFROM base\nRUN curl -fsSLo /tmp/b.tgz https://example.com/b.tgz\nRUN tar xf /tmp/b.tgz\nRUN rm -rf /tmp\nCOPY --from=base /w /v\n",
		},
		{
			caption: "Unpacked in a later RUN: a program of Java, or members alone",
			good: "FROM tomcat\nWORKDIR webapps\nRUN wget https://example.com/app.war\nRUN unzip app.war WEB-INF/web.xml && sed -i s/a/b/ WEB-INF/web.xml\nRUN wget https://example.com/b.war && unzip b.war WEB-INF/web.xml\nRUN wget https://example.com/c.tgz\nRUN tar xzf c.tgz -C /opt c/LICENSE\n",
		},
		{
			caption: "Unpacked in a later RUN, beside removals of other things",
			bad: "FROM debian:12\nRUN wget «https://example.com/a.tgz»\nRUN tar -C /opt -xf a.tgz\nRUN rm -rf /var/lib/apt/lists/* /tmp/* a-src && rm *.zip && find / -name '*.pyc' -delete\nRUN cd a* && make\n",
		},
		{
			caption: "A temporary folder",
			bad: 'FROM debian:12\nRUN «D="$(mktemp -d)"» && echo a > "$D/x"\n',
		},
		{
			caption: "Removed, in any way",
			good: 'FROM debian:12\nRUN curl -o /tmp/a.tgz https://example.com/a.tgz && tar xf /tmp/a.tgz && rm /tmp/a.tgz\nRUN curl -o /tmp/b.tgz https://example.com/b.tgz && tar xf /tmp/b.tgz && rm -rf /tmp/*\nRUN wget https://example.com/c.zip && unzip c.zip && rm *.zip\nRUN mkdir t && cd t && wget https://example.com/d.zip && unzip d.zip && cd .. && rm -rf t\nRUN wget https://example.com/e.zip && unzip e.zip && find . -name "*.zip" -delete\nRUN D=$(mktemp -d) && cd $D && make && rm -rf "$D"\nRUN trap "rm -f f.zip" EXIT; wget https://example.com/f.zip && unzip f.zip\n',
		},
		{
			caption: "No file at all, or one that is used",
			good: "FROM debian:12\nRUN curl https://example.com/a.tgz | tar xz\nRUN curl -o /usr/bin/b https://example.com/b && chmod +x /usr/bin/b\nRUN curl -o c.gz https://example.com/c.gz && gunzip c.gz\nRUN wget https://example.com/d.tgz && tar xf d.tgz && mv d.tgz /srv/\n",
		},
		{
			caption: "In a stage that only checks",
			good: "FROM debian:12 AS app\nCOPY . /app\nFROM app AS test\nRUN curl -fsSLo /tmp/t.tar.gz https://example.com/t.tar.gz && tar -xf /tmp/t.tar.gz -C /usr/local\nRUN /usr/local/t/bin/run-tests\n",
		},
		{
			caption: "A name alone does not say so",
			bad: "FROM debian:12 AS test\nRUN curl -fsSLo «/tmp/t.tar.gz» https://example.com/t.tar.gz && tar -xf /tmp/t.tar.gz -C /usr/local\n",
			fixed:
				"FROM debian:12 AS test\nRUN curl -fsSLo /tmp/t.tar.gz https://example.com/t.tar.gz && tar -xf /tmp/t.tar.gz -C /usr/local && rm -f /tmp/t.tar.gz\n",
		},
		{
			caption: "A stage that builds, and one for tests that goes on to what is started",
			bad: 'FROM debian:12 AS base\nFROM base AS build\nRUN curl -fsSLo «/tmp/t.tgz» https://example.com/t.tgz && tar -xf /tmp/t.tgz -C /opt\nFROM build AS test\nRUN curl -fsSLo «/tmp/u.tgz» https://example.com/u.tgz && tar -xf /tmp/u.tgz -C /opt\nFROM test\nCMD ["/opt/t"]\n',
			fixed:
				'FROM debian:12 AS base\nFROM base AS build\nRUN curl -fsSLo /tmp/t.tgz https://example.com/t.tgz && tar -xf /tmp/t.tgz -C /opt && rm -f /tmp/t.tgz\nFROM build AS test\nRUN curl -fsSLo /tmp/u.tgz https://example.com/u.tgz && tar -xf /tmp/u.tgz -C /opt && rm -f /tmp/u.tgz\nFROM test\nCMD ["/opt/t"]\n',
		},
		{
			caption: "On a mount, or not shipped",
			good: "FROM debian:12 AS build\nRUN wget https://example.com/a.tgz && tar xf a.tgz\nFROM debian:12\nCOPY --from=build /a /a\nRUN --mount=type=tmpfs,target=/tmp curl -o /tmp/b.tgz https://example.com/b.tgz && tar xf /tmp/b.tgz\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if ((stage.use !== "shipped" && stage.use !== "ancestor") || onlyChecks(stage)) continue;
			for (const step of runSteps(stage)) {
				for (const left of temporaryFilesLeft(step)) {
					reports.push({
						span: left.span,
						message: `${shortened(left.path, MOST_CHARACTERS)} ${factOf(left)}`,
						fixes: () => fixesOf(step, left),
					});
				}
			}
		}
		return reports;
	},
});

function factOf({ kind, usedLater }: TemporaryFile): string {
	if (!usedLater) return FACTS[kind];
	return `stays in the layer after a later step ${kind === "archive" ? "unpacks" : "installs"} it`;
}

/** Whether a stage goes on from another one for tests alone: its name says so, and neither it nor one that goes on from it starts anything. */
function onlyChecks(stage: Stage): boolean {
	if (stage.base.kind !== "stage" || !isNamedForChecks(stage)) return false;
	return !stagesFrom(stage).some(({ steps }) => steps.some(({ keyword }) => keyword === "CMD" || keyword === "ENTRYPOINT"));
}

function fixesOf(step: Step, { path, word, used, usedLater }: TemporaryFile): readonly EditFix[] {
	if (usedLater || !/^[\w./@:+-]+$/.test(path) || used.wrapper !== undefined) return [];
	const moves = commandsOf(step).some(({ program }) => program === "cd" || program === "pushd");
	if (moves && !path.startsWith("/")) return [];
	const written = word === undefined || word.value !== undefined ? path : word.text;
	if (written !== path && (word === undefined || !saysPath(step, word, path))) return [];
	if (isNamedElsewhere(step, path, written)) return [];
	const edit = appendCleaning(step, `rm -f ${written}`);
	return edit === undefined ? [] : [{ title: `Remove ${shortened(path, MOST_CHARACTERS)}`, safety: "review", edits: [edit] }];
}

/** Whether a word means the path all through the RUN: variables that the script itself assigns may be something else at its end. */
function saysPath(step: Step, word: ShellWord, path: string): boolean {
	return wordValue(step, word) === path && !/[*?[~]/.test(hideReferences(word.text));
}

/** Whether an instruction behind the RUN, or one of another stage, names the file, or could mean it by a pattern. */
function isNamedElsewhere(step: Step, path: string, written: string): boolean {
	const { file, steps } = step.stage;
	const name = baseName(path);
	const above: readonly StepRange[] = [[steps[0] ?? step, step]];
	return isNamedOutside(file, [name, baseName(written.replace(/["']/g, ""))], above) || fitsPatternOutside(file, name, above);
}
