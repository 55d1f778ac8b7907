/** A text that somebody might send to bring the linter to a halt. */
export interface HostileInput {
	readonly name: string;
	readonly text: string;
}

/** Length of the inputs that are one character over and over. */
const REPEATED = 100_000;

/** Characters that mean something to one of the parsers, and some that mean nothing. */
const CHARACTERS = [
	"a",
	"0",
	" ",
	"\t",
	"\\",
	'"',
	"'",
	"$",
	"{",
	"(",
	"[",
	"=",
	"-",
	"/",
	".",
	"#",
	"<",
	";",
	"&",
	"|",
	"`",
	"\n",
	"é",
	"\u200b",
];

/** What stands before the character; the place of it is `@`. */
const PLACES: Readonly<Record<string, string>> = {
	FROM: "FROM @\n",
	RUN: "FROM debian:12\nRUN @\n",
	ENV: "FROM debian:12\nENV A=@\n",
	LABEL: "FROM debian:12\nLABEL @\n",
	comment: "FROM debian:12\n# @\nRUN a\n",
	heredoc: "FROM debian:12\nRUN <<EOF\n@\nEOF\n",
};

/** The same character 100,000 times, in each of several places. */
export function repeatedCharacters(): readonly HostileInput[] {
	return Object.entries(PLACES).flatMap(([place, text]) =>
		CHARACTERS.map((character) => ({
			name: `${place}, ${JSON.stringify(character)}`,
			text: text.replace("@", () => character.repeat(REPEATED)),
		})),
	);
}

/** Short sequences that open something, or that are rescanned easily, with the places where they would matter. */
const SEQUENCES = [
	"${",
	"$(",
	"$((",
	"a=",
	"a b ",
	"a;",
	"$A ",
	"../",
	"--a ",
	"\\\n",
	'["a",',
	"a,",
	"if a;",
	"a|",
	"<<E ",
	"#a\n",
	"\\\\",
	"${A:-",
	"a=b ",
];
const MORE_PLACES: Readonly<Record<string, string>> = {
	...PLACES,
	ARG: "FROM debian:12\nARG A=@\nRUN $A\n",
	"several ENV": "FROM debian:12\nENV @\nRUN $A\n",
	COPY: "FROM debian:12\nCOPY @ /\n",
	CMD: "FROM debian:12\nCMD @\n",
	array: 'FROM debian:12\nCMD ["@"]\n',
	"open array": "FROM debian:12\nCMD [@\n",
	HEALTHCHECK: "FROM debian:12\nHEALTHCHECK --interval=1s CMD @\n",
	mount: "FROM debian:12\nRUN --mount=@ a\n",
	download: "FROM debian:12\nRUN curl -o a https://a/@ && sh a\n",
	directive: "# syntax=@\nFROM debian:12\n",
	suppression: "FROM debian:12\n# hullguard-ignore @\nRUN a\n",
	tag: "FROM debian:@\n",
	repository: "FROM a.example/@/b:1\n",
	platform: "FROM --platform=@ debian:12\n",
	"source stage": "FROM debian:12\nCOPY --from=@ a b\n",
	owner: "FROM debian:12\nCOPY --chown=@ a b\n",
	remote: "FROM debian:12\nADD https://a.example/@ /a\n",
	"git remote": "FROM debian:12\nADD https://github.com/a/b.git#@ /a\n",
	secret: "FROM debian:12\nENV PASSWORD=@\nARG TOKEN=@\n",
	"label value":
		"FROM debian:12\nLABEL org.opencontainers.image.version=@ org.opencontainers.image.licenses=@ org.opencontainers.image.url=@ maintainer=@\n",
	maintainer: "FROM debian:12\nMAINTAINER @\n",
	EXPOSE: "FROM debian:12\nEXPOSE @\n",
	VOLUME: 'FROM debian:12\nVOLUME @\nVOLUME ["@"]\n',
	USER: "FROM debian:12\nUSER @\n",
	WORKDIR: "FROM debian:12\nWORKDIR @\n",
	SHELL: 'FROM debian:12\nSHELL ["@"]\nRUN a\n',
	"apt package": "FROM debian:12\nRUN apt-get update && apt-get install -y @\n",
	"pip package": "FROM python:3.12\nRUN pip install @\n",
	"npm package": "FROM node:22\nRUN npm install -g @\n",
	"apk package": "FROM alpine:3.20\nRUN apk add @\n",
	"git clone": "FROM debian:12\nRUN git clone https://a.example/@\n",
	removed: "FROM debian:12\nRUN apt-get update && rm -rf @\n",
	written: "FROM debian:12\nRUN echo '@' > /etc/sudoers.d/a && sed -i 's/@/b/' /etc/apt/sources.list\n",
	modes: "FROM debian:12\nRUN chmod @ /a && chown @ /a && useradd @\n",
	assignment: "FROM debian:12\nRUN a=@ && export B=@ && c $a\n",
	test: "FROM debian:12\nRUN if [ @ ]; then a; fi; [[ @ ]] && b\n",
	"to do": "FROM debian:12\n# TODO(@): @\n# hadolint ignore=@\nRUN a\n",
	trigger: "FROM debian:12\nONBUILD @\n",
	shell: "FROM debian:12\nRUN sh -c '@'\n",
};

/** Sequences of 20,000 characters in many more places: too many for every run of the tests. */
export function repeatedSequences(): readonly HostileInput[] {
	return Object.entries(MORE_PLACES).flatMap(([place, text]) =>
		[...SEQUENCES, ...CHARACTERS].map((sequence) => ({
			name: `${place}, ${JSON.stringify(sequence)} again and again`,
			text: text.replace("@", () => sequence.repeat(Math.floor(20_000 / sequence.length))),
		})),
	);
}

function lines(count: number, line: (index: number) => string): string {
	return Array.from({ length: count }, (_, index) => line(index)).join("");
}

/** Stages that start from each other, with some steps each. */
function chain(count: number, steps: (index: number) => string): string {
	return lines(count, (index) => `FROM ${index === 0 ? "debian:12" : `s${index - 1}`} AS s${index}\n${steps(index)}`);
}

/** Texts that are long or deep in one way. */
export function largeInputs(): readonly HostileInput[] {
	const from = "FROM debian:12\n";
	const nested = (open: string, close: string): string => `${from}RUN ${open.repeat(1000)}a${close.repeat(1000)}\n`;
	return [
		{ name: "10,000 continuation lines", text: `${from}RUN a \\\n${lines(10_000, (index) => `  b${index} \\\n`)}  c\n` },
		{ name: "10,000 continued commands", text: `${from}RUN a${lines(10_000, (index) => ` \\\n  && rm -rf /b${index}`)}\n` },
		{ name: "10,000 continuation lines with comments", text: `${from}RUN a \\\n${lines(5000, (index) => `# b${index}\n  c \\\n`)}  d\n` },
		{ name: "10,000 continuation lines like instructions", text: `${from}RUN echo " \\\n${lines(10_000, () => "RUN a \\\n")}"\n` },
		{ name: "3,000 RUN of two lines with comments", text: `${from}${lines(3000, (index) => `RUN a \\\n# b\n  ${index}\n`)}` },
		{ name: "5,000 stages", text: lines(5000, (index) => `FROM debian:12 AS s${index}\nRUN a\n`) },
		{
			name: "5,000 stages, each from the one before",
			text: `${from.trim()} AS s0\n${lines(5000, (index) => `FROM s${index} AS s${index + 1}\n`)}`,
		},
		{
			name: "2,000 stages, each from the one before, with one argument",
			text: `${from.trim()} AS s0\nARG A=1\n${lines(2000, (index) => `FROM s${index} AS s${index + 1}\nARG A\nRUN a $A\n`)}`,
		},
		{ name: "3,000 times the same ARG", text: `${from}ARG A=1\n${"ARG A\n".repeat(3000)}RUN a $A\n` },
		{
			name: "5,000 stages, each copies from the one before",
			text: `${from.trim()} AS s0\n${lines(5000, (index) => `FROM debian:12 AS s${index + 1}\nCOPY --from=s${index} /a /a\n`)}`,
		},
		{
			name: "2,000 stages of an old Python, each copies from the one before",
			text: `FROM python:3.8 AS s0\nRUN make altinstall Python-3.8\n${lines(2000, (index) => `FROM python:3.8 AS s${index + 1}\nRUN python3.8 -m a\nCOPY --from=s${index} /usr/lib/python3.8/a /a\n`)}`,
		},
		{
			name: "one stage copies from 2,000 of an old Python",
			text: `FROM python:3.8 AS a\nRUN python3.8 -m a # Python-3.8\n${lines(2000, (index) => `FROM python:3.8 AS s${index}\nRUN python3.8 -m a\n`)}FROM python:3.8\n${lines(2000, (index) => `COPY --from=s${index} /usr/lib/python3.${index} /a\n`)}`,
		},
		{
			name: "2,000 times the same old PHP builds extensions",
			text: lines(2000, () => "FROM php:7.4\nRUN docker-php-ext-install zip mbstring && pecl install xdebug-3.4.0\n"),
		},
		{ name: "3,000 decoders in one pipe", text: `${from}RUN ${"base64 -d | ".repeat(3000)}cat\n` },
		{ name: "1,000 groups in each other", text: nested("{ ", "; }") },
		{ name: "1,000 subshells in each other", text: nested("( ", " )") },
		{ name: "1,000 ifs in each other", text: nested("if a; then ", "; fi") },
		{ name: "1,000 command substitutions in each other", text: nested("$(", ")") },
		{ name: "1,000 whiles in each other", text: nested("while a; do ", "; done") },
		{ name: "1,000 shells in each other", text: nested("sh -c '", "'") },
		{ name: "1,000 defaults in each other", text: `${from}ENV A=${"${A:-".repeat(1000)}a${"}".repeat(1000)}\n` },
		{ name: "3,000 RUN", text: `${from}${lines(3000, (index) => `RUN echo ${index}\n`)}` },
		{ name: "3,000 RUN that install", text: `${from}${lines(3000, (index) => `RUN apt-get update && apt-get install -y p${index}\n`)}` },
		{ name: "3,000 RUN that download", text: `${from}${lines(3000, (index) => `RUN curl -fsSL https://a.example/b${index} | sh\n`)}` },
		{
			name: "3,000 RUN that clean up",
			text: `${from}${lines(3000, (index) => `RUN wget -O /tmp/a${index} https://a.example/b && rm /tmp/a${index}\n`)}`,
		},
		{
			name: "2,500 settings of root that are written and removed",
			text: `${from}RUN ${lines(2500, (index) => `echo a > /root/.a${index}; rm /root/.a${index}; `)}true\nCMD ["a"]\n`,
		},
		{
			name: "2,500 settings of root, which later RUN remove",
			text: `${from}${lines(2500, (index) => `RUN echo a > ~/.a${index}\n`)}${lines(2500, (index) => `RUN rm ~/.a${index}\n`)}CMD ["a"]\n`,
		},
		{ name: "3,000 RUN that remove", text: `${from}${lines(1500, (index) => `RUN mkdir /a${index}\nRUN rm -rf /a${index}\n`)}` },
		{
			name: "4,000 folders at the root, and a copy into it",
			text: `FROM node:22\nCOPY . .\n${lines(4000, (index) => `RUN mkdir -p /data${index}\n`)}`,
		},
		{ name: "6,000 paths at the root in one RUN", text: `FROM node:22\nCOPY . .\nRUN ${lines(6000, (index) => `echo /d${index}; `)}\n` },
		{
			name: "600 files at the root that are read there",
			text: `FROM node:22\nCOPY . .\n${lines(600, (index) => `COPY f${index} /d${index}\nRUN cat /d${index}\n`)}WORKDIR /app\n`,
		},
		{ name: "3,000 gems on Alpine", text: `FROM alpine\n${lines(3000, (index) => `RUN apk add p${index} && gem install p${index}\n`)}` },
		{
			name: "300 calls of gpg in a loop over 300 servers",
			text: `${from}RUN for s in ${lines(300, (index) => `p${index}.sks-keyservers.net `)}; do ${lines(300, () => 'gpg --batch --keyserver "$s" --recv-keys $K; ')}done\n`,
		},
		{ name: "1,500 RUN pip install", text: `${from}${lines(1500, (index) => `RUN pip install p${index}\n`)}` },
		{ name: "3,000 ENV", text: `${from}${lines(3000, (index) => `ENV A${index}=a\n`)}RUN $A1\n` },
		{ name: "3,000 ENV that use the one before", text: `${from}ENV A0=a\n${lines(3000, (index) => `ENV A${index + 1}=$A${index}\n`)}` },
		{
			name: "a variable that doubles 40 times",
			text: `${from}ENV A=aaaaaaaaaa\n${"ENV A=$A$A\n".repeat(40)}USER $A\nWORKDIR $A\nRUN rm -rf $A && curl https://$A | sh\n`,
		},
		{
			name: "an argument of FROM that doubles 40 times",
			text: `ARG A0\n${lines(40, (index) => `ARG A${index + 1}=$A${index}$A${index}\n`)}FROM acme/app:$A40\n`,
		},
		{
			name: "a long word in a script that stops at errors",
			text: `${from}RUN set -e; echo ${"ab12".repeat(25_000)} > /x; apt-get update && apt-get install -y a; make; curl -o a https://a.example/b\n`,
		},
		{ name: "3,000 RUN with dashes in their comments", text: `${from}${lines(3000, () => "RUN a # – b\n")}` },
		{
			name: "800 comments of another tool that silence a check",
			text: `${from}${lines(800, (index) => `# hadolint ignore=DL3008\nRUN apt-get update && apt-get install -y p${index}\n`)}`,
		},
		{
			name: "800 comments of another tool that silence all of its checks",
			text: `${from}${lines(800, (index) => `# nosemgrep\nRUN apt-get update && apt-get install -y p${index}\n`)}`,
		},
		{
			name: "a heredoc of 8,000 lines that write beside volumes",
			text: `${from}VOLUME /data /b /c /d\nWORKDIR /srv\nRUN <<EOF\n${lines(8000, (index) => `touch x${index}\n`)}EOF\n`,
		},
		{ name: "8,000 labels in one LABEL", text: `${from}LABEL ${lines(8000, (index) => `Ab${index}= `)}\n` },
		{ name: "8,000 variables in one ENV", text: `${from}ENV ${lines(8000, (index) => `A${index}=$A${index} `)}\n` },
		{ name: "6,000 arguments in one ARG", text: `${from}ARG ${lines(6000, (index) => `A${index}=$A${index} `)}\n` },
		{ name: "5,000 new users in one RUN", text: `${from}RUN ${lines(5000, (index) => `useradd u${index}; `)}true\n` },
		{
			name: "3,000 hosts that pip trusts",
			text: `${from}${lines(3000, (index) => `RUN pip install --trusted-host a${index}.b -i http://a${index}.b/c d\n`)}`,
		},
		{
			name: "2,000 calls of sudo, and 2,000 owners of setuid files",
			text: `${from}RUN apt-get install -y sudo\n${lines(2000, (index) => `RUN sudo a${index}; chmod 4755 /b${index}; chown c /b${index}\n`)}`,
		},
		{
			name: "2,000 calls of sudo and as many owners in one RUN",
			text: `${from}RUN ${lines(2000, (index) => `sudo a${index}; chmod 4755 /b${index}; chown c /b${index}; `)}true\n`,
		},
		{
			name: "600 probes of a health check behind 2,000 RUN that install and remove",
			text: `FROM alpine:3.20\n${lines(1000, (index) => `RUN apk add curl${index}\nRUN apk del curl${index}\n`)}HEALTHCHECK CMD ${lines(600, () => "curl -f http://localhost/ || ")}exit 1\n`,
		},
		{ name: "3,000 calls of sudo by a user", text: `${from}USER app\n${lines(3000, (index) => `RUN sudo a${index}\n`)}` },
		{ name: "3,000 installs by a user", text: `${from}USER app\n${lines(3000, (index) => `RUN apt-get install -y a${index}\n`)}` },
		{
			name: "2,000 folders in one RUN",
			text: `${from}COPY package.json package-lock.json /a/\nRUN ${lines(2000, (index) => `cd a${index}; npm install; `)}true\n`,
		},
		{
			name: "2,000 installs in folders",
			text: `${from}COPY package.json package-lock.json /a/\n${lines(2000, (index) => `RUN npm install --prefix a${index}\n`)}`,
		},
		{
			name: "2,000 links, and copies of a stage",
			text: `FROM debian:12 AS a\n${from}${lines(2000, (index) => `RUN ln -s /a${index} /b${index}\nCOPY --from=a /c${index} /d${index}\n`)}`,
		},
		{
			name: "1,500 working directories, and copies of a stage",
			text: `FROM debian:12 AS a\n${from}${lines(1500, (index) => `WORKDIR /w${index}\nCOPY --from=a /c${index} /d${index}\n`)}`,
		},
		{
			name: "2,000 programs that leave a stage of Go",
			text: `FROM golang:1.22 AS a\n${lines(2000, (index) => `RUN go build -o /a${index} .\n`)}${from}${lines(2000, (index) => `COPY --from=a /a${index} /b${index}\n`)}`,
		},
		{
			name: "2,000 installs of pip, and installs that are cleaned up",
			text: `${from}${lines(1000, (index) => `RUN pip install --cache-dir /c${index} a\nRUN npm ci && rm -rf /x${index}\n`)}`,
		},
		{
			name: "1,000 installs in a folder that one copy brings, behind as many commands",
			text: `FROM node:22 AS a\nCOPY web /w\n${lines(1000, (index) => `RUN echo a.b && mkdir /d${index}\n`)}${lines(1000, (index) => `FROM a AS s${index}\nWORKDIR /w\nRUN npm ci\n`)}`,
		},
		{
			name: "1,000 installs in a folder that one copy brings, behind some copies",
			text: `FROM node:22 AS a\nCOPY web /w\n${lines(49, (index) => `RUN cp a.b c.d\nCOPY a b /f${index}/\n`)}${lines(1000, (index) => `FROM a AS s${index}\nWORKDIR /w\nRUN npm ci\n`)}`,
		},
		{
			name: "800 folders that archives are copied into, and that get an owner",
			text: `${from}${lines(800, (index) => `COPY a${index}.zip /d${index}/\n`)}RUN ${lines(800, (index) => `chown -R 1 /d${index} && `)}true\n`,
		},
		{
			name: "2,000 lines of one repository, with keys",
			text: `${from}${lines(2000, (index) => `RUN echo "deb https://a.b/ x c${index}" > /etc/apt/sources.list.d/a${index}.list && curl https://a.b/k${index} | apt-key add -\n`)}`,
		},
		{
			name: "2,000 repositories, each with a key",
			text: `${from}${lines(2000, (index) => `RUN echo "deb https://a${index}.b/ x c" > /etc/apt/sources.list.d/a${index}.list && curl https://a${index}.b/k | apt-key add -\n`)}`,
		},
		{ name: "3,000 clones of Git", text: `${from}${lines(3000, (index) => `RUN git clone https://a.b/c${index}\n`)}` },
		{
			name: "3,000 calls of Git behind a clone",
			text: `${from}RUN git clone https://a.b/c\n${lines(3000, (index) => `RUN git fetch a${index}\n`)}`,
		},
		{
			name: "a download that is moved to and fro 4,000 times",
			text: `${from}RUN wget https://a.b/a${" && mv a b && mv b a".repeat(4000)}\n`,
		},
		{
			name: "1,000 checks, and as many downloads in one RUN",
			text: `${from}RUN ${lines(1000, (index) => `curl -o a${index} https://a.b/${index}; echo "x  a${index}" | sha256sum -c; `)}true\n`,
		},
		{
			name: "2,000 addresses that Git rewrites",
			text: `${from}${lines(2000, (index) => `RUN git config --global url.https://a${index}.insteadOf git://a${index} && git clone git://a${index}/b\n`)}`,
		},
		{
			name: "2,000 files that PowerShell fetches, and as many checks",
			text: `${from}SHELL ["pwsh", "-c"]\nRUN ${lines(2000, (index) => `iwr https://a.b/${index} -OutFile f${index}; Get-FileHash g${index}; `)}\n`,
		},
		{
			name: "4,000 programs in a folder of the system",
			text: `${from}WORKDIR /proc/x\n${lines(4000, (index) => `COPY a${index} .\nRUN ./a${index}\n`)}`,
		},
		{
			name: "2,000 packages of Go, and as many checkouts",
			text: `FROM golang:1.15\n${lines(2000, (index) => `RUN go get github.com/a/b${index}\n`)}${lines(2000, (index) => `RUN cd /go/src/github.com/a/b${index} && git checkout v1\n`)}`,
		},
		{
			name: "3,000 packages of Go in one RUN, and as many RUN behind it",
			text: `FROM golang:1.15\nRUN go get${lines(3000, (index) => ` github.com/a/b${index}`)}\n${lines(3000, (index) => `RUN a${index}\n`)}`,
		},
		{
			name: "4,000 apt sources that one RUN writes",
			text: `${from}RUN ${lines(4000, (index) => `echo "deb https://a.b/ x c" > /etc/apt/sources.list.d/a${index}.list; `)}rm /etc/apt/sources.list.d/a1.list\n`,
		},
		{ name: "PowerShell's open brackets", text: `${from}SHELL ["pwsh", "-c"]\nRUN ${`iwr ${"(".repeat(40)} '`.repeat(2000)}\n` },
		{
			name: "one function of PowerShell",
			text: `${from}SHELL ["pwsh", "-c"]\nRUN function a { ${"iwr -Uri a -OutFile b; function ".repeat(3000)}\n`,
		},
		{ name: "5,000 chmod in one RUN", text: `${from}RUN ${lines(5000, (index) => `chmod 777 /a${index}; `)}true\n` },
		{
			name: "a variable that is replaced again and again",
			text: `${from}ENV A=${"a".repeat(10_000)}\n${`ENV A=\${A//a/${"a".repeat(1000)}}\n`.repeat(10)}USER $A\n`,
		},
		{
			name: "a pattern of many stars",
			text: `${from}ENV A=${"a".repeat(10_000)}\nENV B=\${A//${"*a".repeat(100)}b/} C=\${A%%${"*a".repeat(100)}b}\nUSER $B$C\n`,
		},
		{ name: "8,000 ONBUILD on a line", text: `${from}${"ONBUILD ".repeat(8000)}RUN a\n` },
		{ name: "3,000 ARG", text: `${from}${lines(3000, (index) => `ARG A${index}=a\n`)}RUN $A1\n` },
		{ name: "3,000 ARG before FROM", text: `${lines(3000, (index) => `ARG A${index}=a\n`)}FROM debian:$A1\n` },
		{ name: "3,000 secrets", text: `${from}${lines(1500, (index) => `ARG TOKEN${index}\nENV PASSWORD${index}=hunter${index}\n`)}` },
		{ name: "3,000 LABEL", text: `${from}${lines(3000, (index) => `LABEL a${index}=b\n`)}` },
		{ name: "one ENV of 3,000 variables", text: `${from}ENV${lines(3000, (index) => ` A${index}=a`)}\n` },
		{ name: "one LABEL of 3,000 keys", text: `${from}LABEL${lines(3000, (index) => ` a${index}=b`)}\n` },
		{ name: "2,000 COPY", text: `${from}${lines(2000, (index) => `COPY a${index} /b${index}\n`)}` },
		{ name: "2,000 COPY and RUN", text: `${from}${lines(2000, (index) => `COPY a${index} /b/\nRUN chown -R a /b/a${index}\n`)}` },
		{
			name: "2,000 COPY with an owner around what starts, and as many cp",
			text: `${from}${lines(2000, (index) => `COPY --chown=app a${index} /b/\nRUN cp c /d/a${index}\n`)}USER app\nCMD ["/b/c"]\n`,
		},
		{
			name: "2,000 folders of keys and owners",
			text: `${from}${lines(2000, (index) => `RUN mkdir /a${index}/.ssh && chown -R b:c /d${index} /e${index}; rm -rf /d${index}\n`)}`,
		},
		{ name: "one COPY of 10,000 sources", text: `${from}COPY${lines(10_000, (index) => ` a${index}`)} /b/\n` },
		{ name: "3,000 WORKDIR", text: `${from}${lines(3000, (index) => `WORKDIR a${index}\n`)}RUN a\n` },
		{ name: "3,000 USER", text: `${from}${lines(3000, (index) => `USER a${index}\n`)}RUN a\n` },
		{ name: "3,000 EXPOSE and VOLUME", text: `${from}${lines(1500, (index) => `EXPOSE ${index + 1}\nVOLUME /a${index}\n`)}RUN a\n` },
		{ name: "3,000 SHELL and RUN", text: `${from}${lines(1500, (index) => `SHELL ["/bin/bash", "-c"]\nRUN a${index}\n`)}` },
		{ name: "3,000 CMD", text: `${from}${lines(3000, (index) => `CMD a${index}\n`)}` },
		{ name: "3,000 ONBUILD", text: `${from}${lines(3000, (index) => `ONBUILD RUN apt-get install a${index}\n`)}` },
		{
			name: "3,000 suppressions",
			text: `${from}${lines(3000, (index) => `# hullguard-ignore base-not-pinned\nRUN apt-get install a${index}\n`)}`,
		},
		{ name: "3,000 ids in a suppression", text: `${from}# hullguard-ignore${lines(3000, (index) => ` a${index}`)}\nRUN a\n` },
		{ name: "10,000 comments", text: `${from}${lines(10_000, (index) => `# hadolint ignore=DL${index}\n`)}RUN a\n` },
		{ name: "3,000 heredocs", text: `${from}${lines(3000, (index) => `RUN <<EOF\napt-get install a${index}\nEOF\n`)}` },
		{ name: "one RUN of 3,000 heredocs", text: `${from}RUN cat${lines(3000, () => " <<E")}\n${"a\nE\n".repeat(3000)}` },
		{ name: "a heredoc of 4,000 lines", text: `${from}RUN <<EOF\n${lines(4000, (index) => `apt-get install -y a${index}\n`)}EOF\n` },
		{ name: "a heredoc of 10,000 lines", text: `${from}RUN <<EOF\n${lines(10_000, (index) => `apt-get install -y a${index}\n`)}EOF\n` },
		{ name: "one RUN of 5,000 commands with &&", text: `${from}RUN a${lines(5000, (index) => ` && b${index}`)}\n` },
		{ name: "one RUN of 5,000 installations with &&", text: `${from}RUN a${lines(5000, (index) => ` && apt-get install -y b${index}`)}\n` },
		{ name: "one RUN of 4,000 downloads with ;", text: `${from}RUN a${lines(4000, (index) => `; curl -o b${index} http://c/d`)}\n` },
		{ name: "one RUN of 5,000 pipes", text: `${from}RUN a${lines(5000, (index) => ` | b${index}`)}\n` },
		{ name: "one RUN of 10,000 packages", text: `${from}RUN apt-get install -y${lines(10_000, (index) => ` a${index}`)}\n` },
		{ name: "one RUN of 3,000 mounts", text: `${from}RUN${lines(3000, (index) => ` --mount=type=cache,target=/a${index}`)} a\n` },
		{ name: "one line of 130 kB", text: `${from}RUN echo ${"a ".repeat(65_000)}\n` },
		{ name: "one line of 1 MB", text: `${from}RUN echo ${"a ".repeat(500_000)}\n` },
		{ name: "one word of 1 MB", text: `${from}RUN echo ${"a".repeat(1_000_000)}\n` },
		{ name: "a comment of 1 MB", text: `${from}# ${"a ".repeat(500_000)}\n` },
		{ name: "an array with many blanks between its words", text: `${from}CMD [a${" ".repeat(10_000)}b${" ".repeat(10_000)}c\n` },
		{ name: "an array of 10,000 strings", text: `${from}CMD [${lines(10_000, (index) => `"a${index}",`)}"b"]\n` },
		{
			name: "an address of npx with 40,000 signs in a heredoc",
			text: `FROM node:22\nRUN <<EOF\nnpx "a${"@".repeat(40_000)}\nb" install\nEOF\n`,
		},
		{
			name: "2,000 emptied caches behind an install",
			text: `FROM node:22\nRUN npm ci && npm cache clean\n${lines(2000, () => "RUN npm cache clean; a\n")}`,
		},
		{
			name: "one RUN of 2,000 emptied caches",
			text: `FROM node:22\nRUN npm ci && npm cache clean\nRUN ${"npm cache clean; ".repeat(2000)}\n`,
		},
		{ name: "3,000 directives that come too late", text: `${from}${lines(3000, (index) => `# escape=\`\nRUN echo i${index}\n`)}` },
		{
			name: "800 patterns that bring packages, and 800 that remove others",
			text: `${from}${lines(800, (index) => `COPY a${index}*.rpm /tmp/${index}/\n`)}RUN a${lines(800, (index) => ` && rm -rf /tmp/${index}/z*.rpm`)}\n`,
		},
		{
			name: "4,000 questions and 4,000 downloads in branches",
			text: `${from}RUN if which a${lines(4000, (index) => ` || which b${index}`)}; then curl a${lines(4000, (index) => `; curl a${index}`)}; wget b${"; wget b".repeat(4000)}; fi\n`,
		},
		{
			name: "4,000 uses of a variable that 4,000 ARG follow",
			text: `${from}RUN ${"echo $APP_VERSION; ".repeat(4000)}\n${lines(4000, (index) => `ARG APP_VERSION${index}\n`)}`,
		},
		{
			name: "a health check with 40,000 blanks",
			text: `${from}HEALTHCHECK CMD curl x${" ".repeat(40_000)} \\ \n  --interval=5s || exit 1\n`,
		},
		{
			name: "owners of 3,000 clones",
			text: `${from}RUN ${lines(3000, (index) => `git clone https://a.example/b${index} /c${index} && `)}chown -R d /c1\nRUN ${lines(3000, (index) => `chown -R d /c${index}; `)}\n`,
		},
		{
			name: "90 ARG and 3,000 steps on Windows",
			text: `FROM mcr.microsoft.com/windows/servercore:ltsc2022\n${lines(90, (index) => `ARG A${index}=b\n`)}${lines(3000, (index) => `RUN echo %A${index % 80}% c${index}\n`)}`,
		},
		{
			name: "2,000 stages on one ARG without support",
			text: `ARG B=python:3.8\n${lines(2000, (index) => `FROM $B AS s${index}\nRUN pip install a==${index}\n`)}`,
		},
		{
			name: "1,500 stages, each from the one before, which install and build",
			text: chain(1500, () => "RUN apt-get install -y cmake python3-pip && gcc a && pip install a==1\n"),
		},
		{
			name: "1,500 stages, each from the one before, with a variable of its own",
			text: chain(1500, (index) => `ARG A${index}=b\nENV B${index}=$A${index}\nRUN curl https://a.b/$A${index}/c -o $B${index}\n`),
		},
		{
			name: "1,500 stages, each from the one before, with modes and owners",
			text: chain(1500, (index) => `RUN chmod 777 /a${index} && chown -R b /c${index}\n`),
		},
		{
			name: "1,000 stages, each from the one before, with manifests",
			text: chain(1000, () => "COPY package.json Cargo.toml .\nRUN npm install && cargo build\n"),
		},
		{
			name: "1,500 copies, and as many modes and owners in one RUN",
			text: `${from}${lines(1500, (index) => `COPY a${index}.sh /x${index}.sh\n`)}RUN set -e${lines(1500, (index) => `; chmod 755 /x${index}.sh; chown b:c /x${index}.sh`)}\n`,
		},
		{
			name: "1,500 volumes, and as many writes",
			text: `${from}VOLUME${lines(1500, (index) => ` /v${index}`)}\n${lines(1500, (index) => `RUN echo a > /v${index}/x\n`)}`,
		},
		{
			name: "1,500 writes to a deep folder beside a volume",
			text: `${from}ENV P=/${"ab/".repeat(1300)}\nVOLUME /v\n${lines(1500, (index) => `RUN touch $P/${index}\n`)}`,
		},
		{
			name: "1,500 users that join a group in one RUN",
			text: `${from}RUN ${lines(1500, (index) => `useradd u${index}; usermod -aG sudo u${index}; `)}\nUSER u1\n`,
		},
		{
			name: "1,500 installs of yum, and as many cleanings",
			text: `FROM centos:7\n${lines(1500, (index) => `RUN yum install -y a${index}\nRUN yum clean all\n`)}`,
		},
		{
			name: "1,000 images that as many ARG name",
			text: `${lines(1000, (index) => `ARG V${index}=1.${index}\n`)}${lines(1000, (index) => `FROM nginx:$V${index} AS s${index}\nARG V${index}\nRUN a $V${index}\n`)}`,
		},
		{
			name: "1,500 downloads that check nothing behind as many installs",
			text: `${from}${lines(1500, (index) => `RUN apt-get install -y a${index} && curl -k https://a.b/c-amd64-${index} -o /d${index}\n`)}`,
		},
		{ name: "3,000 RUN for bash, which sh reads", text: `${from}${lines(3000, () => "RUN echo $'\\n' && [[ a ]]\n")}` },
		{ name: "10,000 unknown instructions", text: `${from}${lines(10_000, (index) => `NOSUCH${index} a\n`)}` },
	];
}
