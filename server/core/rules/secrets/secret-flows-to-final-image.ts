import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { hiddenSecretNamesOf, isTainted, type SecretNames } from "../../dockerfile/secrets/declaredSecrets.ts";
import { deletedLater } from "../../dockerfile/secrets/secretDeletions.ts";
import { secretCopiesOf } from "../../dockerfile/secrets/secretFiles.ts";
import { secretSinksOf } from "../../dockerfile/secrets/secretFlows.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const secretFlowsToFinalImage = defineRule({
	id: "secret-flows-to-final-image",
	title: "A build secret is written into a layer",
	category: "secrets",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["trivy", "DS-0031"]),
	supersededBy: ["ssh-key-in-build", "secret-deleted-in-later-layer", "secret-in-url", "user-password-set-in-build"],
	subCodes: {
		written: "A RUN writes a secret to a file of its layer",
		copied: "COPY takes a file with a credential from a builder into the image",
		logged: "A RUN prints a secret into the log of the build",
	},
	why: "A mounted secret leaves nothing behind, as long as no command writes it down. `npm config set`, a clone with the token in its address, or a redirected `echo` do just that: the secret is then in the layer, as if it had been copied. With `COPY --from` of a whole folder, a file that was meant for a builder alone reaches the image that is shipped. `set -x` prints every command with its values into a log that many people can read.",
	remedy:
		"Mount the secret where the tool looks for it (`target=/root/.npmrc`), let git ask a credential helper, or remove the file in the same RUN. Copy single files out of builders. Leave `set -x` out of steps with secrets.",
	references: [
		"https://docs.docker.com/build/building/secrets/",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypesecret",
		"https://git-scm.com/docs/gitcredentials",
	],
	examples: [
		{
			caption: "A login for npm",
			bad: 'FROM node:22\nCOPY package*.json ./\nRUN --mount=type=secret,id=npm,env=TOKEN echo "//npm.acme.dev/:_authToken=$TOKEN" > «/root/.npmrc» && npm ci\n',
		},
		{
			caption: "Mounted as the file that npm reads",
			good: "FROM node:22\nCOPY package*.json ./\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n",
		},
		{
			caption: "Written to a file",
			bad: 'FROM node:22\nRUN --mount=type=secret,id=t,env=TOKEN echo "//r.b/:_authToken=$TOKEN" > «/root/.npmrc» && npm ci\nRUN --mount=type=secret,id=c cp /run/secrets/c «/etc/app/c»\nRUN --mount=type=secret,id=d cat /run/secrets/d | tee -a «conf»\nRUN --mount=type=secret,id=e E="$(cat /run/secrets/e)" && printf "%s" "$E" >> «/e»\n',
		},
		{
			caption: "Read from its file in other ways",
			bad: "FROM debian:12\nRUN --mount=type=secret,id=x cat < /run/secrets/x > «/a»\nRUN --mount=type=secret,id=x tee «/b» < /run/secrets/x\nRUN --mount=type=secret,id=x read -r T < /run/secrets/x; echo $T > «/c»\nRUN --mount=type=secret,id=x base64 -d /run/secrets/x > «/d»\nRUN --mount=type=secret,id=x dd if=/run/secrets/x of=«/e»\nRUN --mount=type=secret,id=x grep T /run/secrets/x >> «/f»; jq .a /run/secrets/x > «/g»; envsubst < /run/secrets/x > «/h»\nRUN --mount=type=secret,id=x head -c 32 /run/secrets/x > «/i» && tail -c +8 /run/secrets/x > «/j» && cut -c1-8 /run/secrets/x > «/k» && jq -c . /run/secrets/x > «/l» && egrep -ecool /run/secrets/x > «/m»\n",
		},
		{
			caption: "As a password that the file does not hide",
			bad: 'FROM ubuntu:24.04\nRUN --mount=type=secret,id=p x11vnc -storepasswd $(cat /run/secrets/p) «/etc/vncpasswd»\nRUN --mount=type=secret,id=p,env=P x11vnc -storepasswd "$P" «${HOME}/.vnc/passwd»\n',
		},
		{
			caption: "As a hash, or not here",
			good: 'FROM ubuntu:24.04\nRUN --mount=type=secret,id=p htpasswd -bc /etc/htpasswd admin "$(cat /run/secrets/p)"\nRUN --mount=type=secret,id=p,env=P x11vnc -storepasswd "$P" /tmp/p && rm /tmp/p\nRUN --mount=type=secret,id=p,env=P x11vnc -storepasswd "$P" -display :1\n',
		},
		{
			caption: "By rsync, and with the environment that a mounted file fills",
			bad: "FROM debian:12\nRUN --mount=type=secret,id=a rsync -a /run/secrets/a «/etc/c»\nRUN --mount=type=secret,id=a . /run/secrets/a && env > «/etc/d»\nRUN --mount=type=secret,id=a rsync -e ssh --chmod 600 /run/secrets/a «/dst» --delete\nRUN --mount=type=secret,id=a ( . /run/secrets/a; fetch; env > «/e» )\nRUN --mount=type=secret,id=a bash -c 'set -a; . /run/secrets/a && env > «/f»'\nRUN --mount=type=secret,id=a if [ -f /run/secrets/a ]; then . /run/secrets/a; fi; printenv > «/g»\n",
		},
		{
			caption: "rsync to another machine, or with the secret as its password; variables that another shell has read",
			good: "FROM debian:12\nRUN --mount=type=secret,id=a rsync --password-file /run/secrets/a u@h::mod /srv/; rsync -a /run/secrets/a user@host:/data/; rsync -a /run/secrets/a rsync://host/data; rsync --exclude-from /run/secrets/a /b /c; rsync -n /run/secrets/a /d; rsync /run/secrets/a $TARGET\nRUN --mount=type=secret,id=a ( . /run/secrets/a; fetch ); env > /e; ( env > /f )\nRUN --mount=type=secret,id=a bash -c '. /run/secrets/a && fetch'; printenv > /g\nRUN --mount=type=secret,id=a x=$(. /run/secrets/a; echo hi); env > /h\nRUN --mount=type=secret,id=a . /run/secrets/a && env -i > /i; env - > /j; env -0i > /k; env --ignore-environment > /l\n",
		},
		{
			caption: "Put in place by sed, or with the whole environment",
			bad: 'FROM node:22\nRUN --mount=type=secret,id=t,env=TOKEN sed -i "s/@TOKEN@/$TOKEN/" «/app.conf»\nRUN --mount=type=secret,id=t,env=TOKEN env > «/app.env»\n',
		},
		{
			caption: "Put in place by sed, and not what sed takes out",
			bad: 'FROM node:22\nRUN --mount=type=secret,id=t,env=T --mount=type=secret,id=u,env=U sed -i "s/$U/$T/" «a» && sed -i "s/@T@/$T/" «b» && sed -i "s/$U/@U@/; s/x$/y/" b && sed -i "s/$T/@T@/" c\n',
		},
		{
			caption: "Put in place by sed, and taken out again",
			good: 'FROM node:22\nRUN --mount=type=secret,id=t,env=T sed -i "s/@T@/$T/" .npmrc && npm ci && sed -i "s/$T/@T@/" .npmrc\nRUN --mount=type=secret,id=t,env=T sed -i "s|a\\|b|$T|" .npmrc && npm ci && sed -i "s|$T|a\\|b|" .npmrc\n',
		},
		{
			caption: "Kept by a tool",
			bad: 'FROM node:22\nARG NPM_TOKEN\nRUN npm config set «//r.b/:_authToken=${NPM_TOKEN}» && npm ci\nRUN --mount=type=secret,id=t,env=T git clone «https://x:$T@git.acme.dev/a/b.git»\nRUN --mount=type=secret,id=t,env=T git -C /src clone «https://x:$T@git.acme.dev/a/b.git»\nRUN --mount=type=secret,id=t git config --global «url."https://$(cat /run/secrets/t)@git.acme.dev/".insteadOf» https://git.acme.dev/\n',
		},
		{
			caption: "With its folder",
			bad: "FROM debian:12\nRUN --mount=type=secret,id=a cp -r /run/secrets «/backup»\nRUN --mount=type=secret,id=a cp /run/secrets/* «/etc/app/»\nRUN --mount=type=secret,id=a,target=/root/.aws/credentials rsync -a /root/.aws/ «/home/app/.aws»\nRUN --mount=type=secret,id=t git submodule add «https://x:$(cat /run/secrets/t)@git.acme.dev/a/b.git»\n",
		},
		{
			caption: "With its folder, by name",
			bad: "FROM debian:12\nRUN --mount=type=secret,id=a,target=/app/.env cp -r /app «/srv/»\n",
		},
		{
			caption: "Another folder, not its folders, without the secret, removed again",
			good: "FROM debian:12\nRUN --mount=type=secret,id=a cp -r /run/lock /backup && cp /run/* /b; rsync -a --exclude secrets /run/ /c && cp -ax /run /d\nRUN --mount=type=secret,id=a,target=/root/.npmrc cp -r /root/* /home/app/\nRUN --mount=type=secret,id=a cp -r /run/secrets /tmp/s && use /tmp/s && rm -rf /tmp/s\n",
		},
		{
			caption: "Kept by a login",
			bad: 'FROM debian:12\nRUN --mount=type=secret,id=t docker login -u ci --password-stdin acme.dev < «/run/secrets/t» && docker pull acme.dev/a\nRUN --mount=type=secret,id=t cat «/run/secrets/t» | helm registry login -u ci --password-stdin acme.dev\nRUN --mount=type=secret,id=t,env=T echo «$T» | gh auth login --with-token && gh release download\nRUN --mount=type=secret,id=t,env=T cargo login «"$T"» && vault login «$T»\nRUN --mount=type=secret,id=t gcloud auth activate-service-account «--key-file=/run/secrets/t» && gcloud storage cp gs://a/b /b\n',
		},
		{
			caption: "Kept with the sources of packages",
			bad: 'FROM mcr.microsoft.com/dotnet/sdk:8.0\nRUN --mount=type=secret,id=t,env=T dotnet nuget add source https://nuget.acme.dev/v3/index.json -n acme -u ci -p «"$T"» --store-password-in-clear-text && dotnet restore\nRUN --mount=type=secret,id=t,env=T helm repo add acme https://charts.acme.dev --username ci --password «$T» && rm -rf /tmp/*\nRUN --mount=type=secret,id=t,env=T npm set «//r.b/:_authToken=$T» && npm ci\n',
		},
		{
			caption: "Logged out, removed, on a mount, not kept",
			good: 'FROM debian:12\nRUN --mount=type=secret,id=t docker login -u ci --password-stdin acme.dev < /run/secrets/t && docker pull acme.dev/a && docker logout acme.dev\nRUN --mount=type=secret,id=t,env=T echo $T | gh auth login --with-token && gh release download && rm -rf ~/.config\nRUN --mount=type=secret,id=t --mount=type=tmpfs,target=/root/.docker docker login -u ci --password-stdin acme.dev < /run/secrets/t\nRUN --mount=type=secret,id=t,env=T vault login -no-store $T && DOCKER_CONFIG=/x docker login -u ci -p $T acme.dev && rm -r "$DOCKER_CONFIG"\nRUN --mount=type=secret,id=t,env=T dotnet nuget add source https://nuget.acme.dev/v3/index.json -n acme -u ci -p "$T" --store-password-in-clear-text --configfile /x.config && dotnet restore --configfile /x.config && rm /x.config\nRUN --mount=type=secret,id=t,env=T --mount=type=cache,target=/root npm config set //r.b/:_authToken=$T\n',
		},
		{
			caption: "In a folder of its own that goes, at the end by a trap, forgotten in other words, written anew",
			good: "FROM debian:12\nRUN --mount=type=secret,id=t export DOCKER_CONFIG=/tmp/d && docker login -u ci --password-stdin acme.dev < /run/secrets/t && docker pull acme.dev/a && rm -rf /tmp/d/\nRUN --mount=type=secret,id=t,env=T trap 'docker logout acme.dev' EXIT; docker login -u ci -p $T acme.dev && docker pull acme.dev/a\nRUN --mount=type=secret,id=t,env=T trap \"rm -rf ~/.docker\" EXIT; docker login -u ci -p $T acme.dev\nRUN --mount=type=secret,id=t,env=T end() { docker logout acme.dev; }; docker login -u ci -p $T acme.dev; end\nRUN --mount=type=secret,id=t,env=T az login --service-principal -u a -p $T --tenant b && az account clear && go env -w GOPROXY=https://u:$T@a.dev && go env -u GOPROXY\nRUN --mount=type=secret,id=t,env=T kubectl config set-credentials ci --token=$T && kubectl config delete-user ci && bundle config a.dev $T && bundle config --delete a.dev\nRUN --mount=type=secret,id=t,env=T yarn config set npmAuthToken $T --home && yarn && truncate -s0 ~/.yarnrc.yml && docker login -u ci -p $T acme.dev && echo '{}' > ~/.docker/config.json\n",
		},
		{
			caption: "Another login than the one that is forgotten",
			bad: "FROM debian:12\nRUN --mount=type=secret,id=t,env=T docker logout && docker login -u ci -p «$T» acme.dev && docker login -u ci -p «$T» b.dev && npm logout && rm -rf /tmp/d\n",
		},
		{
			caption: "Carried out of a builder",
			bad: "FROM node:22 AS build\nWORKDIR /app\nCOPY .env ./\nRUN npm run build\nFROM node:22\nCOPY --from=build «/app» /app\n",
		},
		{
			caption: "Printed into the log",
			bad: 'FROM debian:12\nRUN --mount=type=secret,id=t,env=TOKEN set «-eux»; curl -H "Authorization: $TOKEN" https://a.b\nARG API_TOKEN\nARG NPM_TOKEN=""\nENV GIT_TOKEN=$API_TOKEN\nRUN set «-x»; curl -H "A: $API_TOKEN" https://a.b\nRUN set «-x»; curl -H "A: $NPM_TOKEN" https://a.b\nRUN set «-x»; curl -H "A: $GIT_TOKEN" https://a.b\nARG OTHER_TOKEN=changeme\nENV SLACK_TOKEN=$OTHER_TOKEN\nRUN set «-x»; curl -H "A: $OTHER_TOKEN" https://a.b\nRUN set «-x»; curl -H "A: $SLACK_TOKEN" https://a.b\n',
		},
		{
			caption: "A value that the file says is no secret of the log",
			good: 'FROM debian:12\nENV SSH_PASSWORD "root:Docker!"\nARG API_TOKEN=abc\nENV API_TOKEN=def\nRUN set -ex && echo "$SSH_PASSWORD" | chpasswd && curl -H "A: $API_TOKEN" https://a.b && T=$API_TOKEN && b "$T"\n',
		},
		{
			caption: "Used, removed in the same step, on a mount",
			good: 'FROM node:22\nRUN --mount=type=secret,id=t,env=TOKEN curl -H "Authorization: $TOKEN" https://a.b > /x\nRUN --mount=type=secret,id=t,env=TOKEN echo "a=$TOKEN" > .npmrc && npm ci && rm -f .npmrc\nRUN --mount=type=secret,id=t,env=TOKEN --mount=type=tmpfs,target=/root echo "$TOKEN" > /root/.npmrc\nRUN --mount=type=secret,id=t,env=TOKEN npm config set //r.b/:_authToken=$TOKEN && npm ci && npm config delete //r.b/:_authToken\nRUN --mount=type=secret,id=t,env=TOKEN git clone https://x:$TOKEN@git.acme.dev/a && rm -rf a/.git\nRUN --mount=type=secret,id=t cat /run/secrets/t | mc login --stdin > /dev/null\nRUN --mount=type=secret,id=t grep -c a /run/secrets/t > /n; fgrep -io --count a /run/secrets/t > /o; grep -rl a /run/secrets/t > /p; wc -c < /run/secrets/t > /m; dd if=/dev/zero of=/z; mc login --stdin < /run/secrets/t > /log\n',
		},
		{
			caption: "Only its name, only whether it is there, no secret",
			good: 'FROM node:22\nARG VERSION\nENV PASS_MIN=3\nRUN echo "$VERSION" > /version && echo \'token=${NPM_TOKEN}\' > /root/.npmrc && echo "${API_TOKEN:+set}" > /x && npm config set registry https://$VERSION/\nRUN set -x; echo $VERSION\nRUN --mount=type=secret,id=a env > /etc/d && . /run/secrets/a\n',
		},
		{
			caption: "Left in the builder, removed there, another folder",
			good: "FROM node:22 AS build\nWORKDIR /app\nCOPY .env ./\nCOPY id_rsa /keys/id_rsa\nRUN npm run build\nRUN rm .env\nFROM node:22\nCOPY --from=build /app /app\nCOPY --from=build /app/dist /dist\n",
		},
		{
			caption: "Tracing that is switched off in time",
			good: 'FROM debian:12\nRUN --mount=type=secret,id=t,env=TOKEN set -x; make; set +x; curl -H "A: $TOKEN" https://a.b\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const lowered =
				stage.use === "unused" ? { severity: "hint" as const } : stage.use === "copied" ? { severity: "warning" as const } : {};
			for (const sink of secretSinksOf(stage)) {
				reports.push({
					span: sink.span,
					subCode: "written",
					message: `${shortened(sink.secret, 35)} is written to ${shortened(sink.where, 35)} and stays in the layer`,
					...(sink.partly === true ? { severity: "warning" as const } : {}),
					...lowered,
				});
			}
			for (const step of runSteps(stage)) if (step.heredocs.length > 0 || TRACES.test(step.line.text)) reports.push(...logged(step));
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of stage.steps) if (step.keyword === "COPY" && step.flags.length > 0) reports.push(...carried(step));
		}
		return reports;
	},
});

/** `COPY --from` of a path in which a builder's credential lies. */
function carried(step: Step): readonly Report[] {
	if (step.exec !== undefined || step.flags.some((flag) => flag.name === "exclude")) return [];
	const source = sourcesOf(step, step.stage.file)[0];
	if (source?.target.kind !== "stage") return [];
	const secrets = credentialsIn(source.target.stage);
	if (secrets.length === 0) return [];
	const reports: Report[] = [];
	for (const word of splitAtBlanks(step.arguments).slice(0, -1)) {
		const expansion = expandAt(step, word.text);
		if (expansion.kind !== "known" || /[*?[]/.test(expansion.value)) continue;
		const path = normalPath(expansion.value);
		const found = secrets.find((secret) => isInside(secret.path, path));
		if (found === undefined) continue;
		reports.push({
			span: word.span,
			subCode: "copied",
			message: `COPY takes ${shortened(found.path, 40)} with a credential from the builder along`,
			related: [{ span: found.span, message: "It is put there here" }],
		});
	}
	return reports;
}

/** The files with credentials that a stage ends with, as far as the file shows. */
function credentialsIn(stage: Stage): readonly { readonly path: string; readonly span: Span }[] {
	return lineage(stage).flatMap((ancestor) => [
		...secretCopiesOf(ancestor).flatMap(({ path, file, source, step }) =>
			path === undefined || file.evidence === "maybe" || step.deferred || deletedLater(step, path) !== undefined
				? []
				: [{ path, span: source.span }],
		),
		...secretSinksOf(ancestor).flatMap(({ path, span, step }) =>
			path === undefined || deletedLater(step, path) !== undefined ? [] : [{ path, span }],
		),
	]);
}

const TRACES = /\bset\s+-/;

/** `set -x` in front of a command whose words hold a secret. */
function logged(step: Step): readonly Report[] {
	if (!TRACES.test(step.line.text) && !step.heredocs.some((heredoc) => heredoc.body.text.includes("set -"))) return [];
	const names = hiddenSecretNamesOf(step);
	if (names.variables.size === 0 && names.paths.length === 0) return [];
	let tracing: Span | undefined;
	const reports: Report[] = [];
	for (const command of commandsOf(step)) {
		if (command.program === "set") {
			const word = command.args.find((candidate) => /^[-+][a-z]*x/.test(candidate.text));
			if (word !== undefined) tracing = word.text.startsWith("-") ? word.span : undefined;
			continue;
		}
		if (tracing === undefined || !prints(command, names)) continue;
		reports.push({
			span: tracing,
			subCode: "logged",
			message: `set -x prints what ${shortened(command.program ?? "a command", 30)} is given, a secret too, into the log`,
			severity: "warning",
		});
		return reports;
	}
	return reports;
}

function prints(command: ShellCommand, names: SecretNames): boolean {
	return command.args.some((word) => isTainted(word, names)) && !command.within.includes("condition");
}
