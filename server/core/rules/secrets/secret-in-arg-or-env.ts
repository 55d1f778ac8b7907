import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import { argumentFix, environmentFix } from "../../dockerfile/secrets/secretVariableFix.ts";
import { isOverwritten } from "../../dockerfile/variables/lastWords.ts";
import {
	type CredentialEvidence,
	credentialEvidence,
	globalValue,
	mayBeCredential,
	stageValue,
} from "../../dockerfile/variables/variableSecrets.ts";
import type { LintSeverity } from "../../finding.ts";
import { isForPages } from "../../secrets/names.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const secretInArgOrEnv = defineRule({
	id: "secret-in-arg-or-env",
	title: "A credential goes through ARG or ENV",
	category: "secrets",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL3064"],
			["buildkit", "SecretsUsedInArgOrEnv"],
			["semgrep", "secret-in-build-arg"],
			["sonar", "S6472"],
			["droast", "DF013", "DF014"],
		),
		...similar(
			["trivy", "DS-0031"],
			["cis", "4.10"],
			["dockle", "CIS-DI-0010"],
			["tally", "ruby/secrets-in-arg-or-env", "ruby/prefer-secret-mounts-for-build-credentials", "secrets-in-code"],
			["sonar", "S6437"],
		),
	],
	supersededBy: ["secret-literal-in-file", "secret-in-url", "secret-asset-precompile", "secret-deleted-in-later-layer"],
	onlyWith: { instructions: ["ARG", "ENV"] },
	why: "The values of build arguments are written into the history of the image and, with `mode=max`, into its provenance; `docker history` prints them to everybody who can pull it. Those of a stage of which only files are copied stay in provenance and in exported caches. ENV goes further: the value is part of the image's configuration and of the environment of every process in every container, from where crash reports, debug pages and child processes carry it on.\n\nDeleting it in a later instruction changes nothing: the earlier layers and the history stay. A credential that was passed this way has to be replaced.",
	remedy:
		"What the build needs, mount: `RUN --mount=type=secret,id=npm-token,env=NPM_TOKEN npm ci`, and build with `--secret id=npm-token,env=NPM_TOKEN`. What the application needs, pass when the container starts, best as a mounted file.",
	references: [
		"https://docs.docker.com/build/building/secrets/",
		"https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypesecret",
	],
	examples: [
		{
			caption: "Mounted for one RUN",
			good: "# syntax=docker/dockerfile:1\nFROM node:22\nCOPY package*.json .npmrc ./\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN npm ci\n",
		},
		{
			caption: "A token that one RUN needs",
			bad: "# syntax=docker/dockerfile:1\nFROM node:22\nARG «NPM_TOKEN»\nCOPY package*.json .npmrc ./\nRUN npm ci --registry=https://r.acme.dev/ --//r.acme.dev/:_authToken=$NPM_TOKEN\n",
			fixed:
				"# syntax=docker/dockerfile:1\nFROM node:22\nCOPY package*.json .npmrc ./\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN npm ci --registry=https://r.acme.dev/ --//r.acme.dev/:_authToken=$NPM_TOKEN\n",
		},
		{
			caption: "Without a syntax line the file gets one",
			bad: 'FROM debian:12\nARG VERSION=1 «GITHUB_TOKEN=""»\nRUN --mount=type=cache,target=/c \\\n  # fetch\n  fetch --token "${GITHUB_TOKEN}" $VERSION\n',
			fixed:
				'# syntax=docker/dockerfile:1\nFROM debian:12\nARG VERSION=1\nRUN --mount=type=cache,target=/c --mount=type=secret,id=github-token,env=GITHUB_TOKEN \\\n  # fetch\n  fetch --token "${GITHUB_TOKEN}" $VERSION\n',
		},
		{
			caption: "An older frontend gives the secret as a file",
			bad: "# syntax=docker/dockerfile:1.4\nFROM debian:12\nARG «DEPLOY_TOKEN»\nRUN <<EOF\n#!/bin/bash\nset -e\nfetch $DEPLOY_TOKEN\nEOF\n",
			fixed:
				'# syntax=docker/dockerfile:1.4\nFROM debian:12\nRUN --mount=type=secret,id=deploy-token <<EOF\n#!/bin/bash\nexport DEPLOY_TOKEN="$(cat /run/secrets/deploy-token)"\nset -e\nfetch $DEPLOY_TOKEN\nEOF\n',
		},
		{
			caption: "The only RUN behind it",
			bad: "# syntax=docker/dockerfile:1.4\nARG NODE_AUTH_TOKEN\nFROM node:22\nUSER 1000:1000\nARG «NODE_AUTH_TOKEN»\nRUN npm ci && npm run build\n",
			fixed:
				'# syntax=docker/dockerfile:1.4\nFROM node:22\nUSER 1000:1000\nRUN --mount=type=secret,id=node-auth-token,uid=1000 export NODE_AUTH_TOKEN="$(cat /run/secrets/node-auth-token)" && npm ci && npm run build\n',
		},
		{
			caption: "Written as a name, which npm looks up later; only checked; read by a script",
			bad: 'FROM node:22\nARG «NPM_TOKEN»\nRUN echo \'//r.acme.dev/:_authToken=${NPM_TOKEN}\' > .npmrc\nRUN npm ci\nFROM node:22\nARG «NPM_TOKEN»\nRUN echo "//r.acme.dev/:_authToken=\\${NPM_TOKEN}" >> ~/.npmrc\nRUN fetch\nFROM node:22\nARG «GITHUB_TOKEN»\nRUN test -n "$GITHUB_TOKEN" || exit 1\nRUN go build\nFROM node:22\nARG «DEPLOY_TOKEN»\nRUN fetch $DEPLOY_TOKEN\nRUN ./build.sh\n',
		},
		{
			caption: "Written as a name, and looked up by the same RUN",
			bad: "# syntax=docker/dockerfile:1\nFROM node:22\nARG «NPM_TOKEN»\nRUN npm install -g pnpm\nRUN echo '//r.acme.dev/:_authToken=${NPM_TOKEN}' > .npmrc && npm ci\n",
			fixed:
				"# syntax=docker/dockerfile:1\nFROM node:22\nRUN npm install -g pnpm\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN echo '//r.acme.dev/:_authToken=${NPM_TOKEN}' > .npmrc && npm ci\n",
		},
		{
			caption: "Named by a loop or a choice; only checked by a choice, or in single quotes",
			bad: '# syntax=docker/dockerfile:1\nFROM debian:12 AS a\nARG «API_TOKEN»\nRUN for t in "$API_TOKEN"; do fetch "$t"; done\nFROM a\nARG «DEPLOY_TOKEN»\nRUN case "${DEPLOY_TOKEN}" in x) fetch;; *) load;; esac\nARG «GITHUB_TOKEN»\nRUN case $GITHUB_TOKEN in \'\') exit 1;; esac\nARG «GITLAB_TOKEN»\nRUN for t in \'$GITLAB_TOKEN\' "\\$GITLAB_TOKEN"; do fetch; done # $GITLAB_TOKEN\n',
			fixed:
				'# syntax=docker/dockerfile:1\nFROM debian:12 AS a\nRUN --mount=type=secret,id=api-token,env=API_TOKEN for t in "$API_TOKEN"; do fetch "$t"; done\nFROM a\nRUN --mount=type=secret,id=deploy-token,env=DEPLOY_TOKEN case "${DEPLOY_TOKEN}" in x) fetch;; *) load;; esac\nARG GITHUB_TOKEN\nRUN case $GITHUB_TOKEN in \'\') exit 1;; esac\nARG GITLAB_TOKEN\nRUN for t in \'$GITLAB_TOKEN\' "\\$GITLAB_TOKEN"; do fetch; done # $GITLAB_TOKEN\n',
		},
		{
			caption: "A default that every container gets",
			bad: 'FROM debian:12\nENV A=1 \\\n    «DB_PASSWORD="hunter2"» \\\n    B=2\nENV «ADMIN_PASS secret»\n',
			fixed: "FROM debian:12\nENV A=1 \\\n    B=2\n",
		},
		{
			caption: "An argument copied into the environment",
			bad: "FROM debian:12\nARG «API_KEY»\nENV «API_KEY=$API_KEY»\nRUN build\n",
			fixed: "FROM debian:12\nARG API_KEY\nRUN build\n",
		},
		{
			caption: "A later value that empties it is another finding",
			bad: "FROM debian:12\nARG «API_KEY»\nENV «API_KEY=$API_KEY»\nRUN build\nENV API_KEY=\n",
		},
		{
			caption: "A later value that passes the same one on: containers get it",
			bad: "FROM debian:12\nENV «DB_PASSWORD=abc123def»\nENV «DB_PASSWORD=${DB_PASSWORD:-x}»\n",
			fixed: "FROM debian:12\nENV DB_PASSWORD=abc123def\n",
		},
		{
			caption: "Names in any spelling",
			bad: "FROM debian:12\nENV «cfconfig_adminPassword=hunter2»\nENV «ANCHORE_CLI_PASS=foobar»\nENV «ssh_prv_key=hunter2»\nENV «PGPASSWORD=hunter2»\nENV «GITHUB_TOKEN_2=hunter2»\nENV «SSH_PASSWD=hunter2»\nENV «ACME_CSRF_KEY=f3a9c1d27b8e4f60a1b2c3d4e5f60718»\nENV «AWS_SECRET_ACCESS_KEY=abcd1234»\nENV «API_KEY=f3a9c1d27b8e4f60a1b2c3d4e5f60718293a4b5c»\nENV «SESSION_KEY=f3a9c1d27b8e4f60a1b2c3d4e5f60718»\n",
			fixed: "FROM debian:12\n",
		},
		{
			caption: "Under such names lie those of cookies and of their entries, too",
			good: "FROM node:22\nENV SESSION_KEY=koa.sess COOKIE_KEY=connect.sid CSRF_KEY=_csrf\nENV CACHE_SESSION_KEY=user_id\nENV APP_COOKIE_KEY=locale\n",
		},
		{
			caption: "A password in a connection string; one in an address is another finding",
			bad: "FROM debian:12\nENV DATABASE_URL=postgres://app:hunter2@db/app\nENV «DB='Server=db;User Id=app;Password=hunter2'» CACHE=redis://cache:6379\n",
			fixed: "FROM debian:12\nENV DATABASE_URL=postgres://app:hunter2@db/app\nENV CACHE=redis://cache:6379\n",
		},
		{
			caption: "Nothing can be mounted into FROM",
			bad: "ARG «REGISTRY_TOKEN»\nFROM registry.acme.dev/$REGISTRY_TOKEN/app:1\n",
		},
		{
			caption: "An empty value that is meant to be filled in",
			bad: "FROM debian:12\nENV «ADMIN_PASSWORD=\"\"» «MTP_SECRET=00000000000000000000000000000000» «DB_PASSWORD='${DB_PASSWORD}'» «SMTP_PASSWORD=ENC(9f8e2d7c1b4a)»\n",
		},
		{
			caption: "Windows line ends stay",
			bad: "# syntax=docker/dockerfile:1\r\nFROM debian:12\r\nARG A=1 \\\r\n    «NPM_TOKEN»\r\nRUN npm ci \\\r\n    --token=$NPM_TOKEN\r\n",
			fixed:
				"# syntax=docker/dockerfile:1\r\nFROM debian:12\r\nARG A=1\r\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN npm ci \\\r\n    --token=$NPM_TOKEN\r\n",
		},
		{
			caption: "In a trigger",
			bad: "FROM node:22\nONBUILD ARG «NPM_TOKEN»\n",
		},
		{
			caption: "What a build writes into JavaScript that everybody loads: no mount would hide it",
			bad: "FROM node:22\nARG «VITE_OPENAI_API_KEY»\nARG «VITE_GITHUB_TOKEN»\nARG «NEXT_PUBLIC_STRIPE_SECRET_KEY»\nENV «REACT_APP_GITHUB_TOKEN=${REACT_APP_GITHUB_TOKEN}» «VITE_AWS_SECRET_ACCESS_KEY=abc123def»\nRUN npm run build --if-present -- $VITE_OPENAI_API_KEY\n",
			fixed:
				"FROM node:22\nARG VITE_OPENAI_API_KEY\nARG VITE_GITHUB_TOKEN\nARG NEXT_PUBLIC_STRIPE_SECRET_KEY\nENV REACT_APP_GITHUB_TOKEN=${REACT_APP_GITHUB_TOKEN}\nRUN npm run build --if-present -- $VITE_OPENAI_API_KEY\n",
		},
		{
			caption: "Names that only sound like it",
			good: "FROM debian:12\nARG TOKEN_URL=https://a.b/token\nARG PASSWORD_MIN_LENGTH AUTH_MODE=basic TOKEN_EXPIRATION=3600 KEY_PATH=/k SORT_KEYS=a,b\nENV DOCKER_AUTH_VERSION=1.5.0 USERNAME=a VAULT_CLI_AUTH=none SECRET_NAME=x TOKENIZERS_PARALLELISM=false\nARG VITE_MAPBOX_TOKEN\nARG NEXT_PUBLIC_FIREBASE_API_KEY=abc123def456\nARG NEXT_PUBLIC_SUPABASE_ANON_KEY REACT_APP_SENTRY_TOKEN NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY VITE_GITHUB_AUTH\nENV NEXT_PUBLIC_STRIPE_KEY=abc123def456\n",
		},
		{
			caption: "Files, switches, public keys",
			good: 'FROM debian:12\nENV POSTGRES_PASSWORD_FILE=/run/secrets/db MYSQL_ALLOW_EMPTY_PASSWORD=yes GOOGLE_APPLICATION_CREDENTIALS=/k.json\nENV GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305\nENV NGINX_SIGNING_KEY="573B FD6B 3D8F BC64 1079  A6AB ABF5 BD82 7BD9 BF62"\nENV NEXT_PUBLIC_API_KEY=abc123def456ghi789 SSH_PUBLIC_KEY=ssh-ed25519 TLS_PRIVATE_KEY=certs/tls.key\n',
		},
		{
			caption: "A value that says that it is none",
			good: "FROM ruby:3.3\nENV SECRET_KEY_BASE=dummy\nRUN SECRET_KEY_BASE_DUMMY=1 bin/rails assets:precompile\n",
		},
		{
			caption: "No credential in the value",
			good: "FROM debian:12\nARG PASS=2 KEY=name\nENV AUTH=basic PROXY=http://user:$PASS@proxy:3128\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const instruction of file.globals) {
			if (instruction.keyword !== "ARG") continue;
			for (const assignment of assignmentsOf(instruction, file.escape)) {
				const report = globalReport(file, assignment);
				if (report !== undefined) reports.push(report);
			}
		}
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "ARG" && step.keyword !== "ENV") continue;
				for (const assignment of assignmentsOf(step, file.escape)) {
					const report = stepReport(step, assignment);
					if (report !== undefined) reports.push(report);
				}
			}
		}
		return reports;
	},
});

function globalReport(file: Dockerfile, assignment: Assignment): Report | undefined {
	if (!mayBeCredential(file, assignment)) return undefined;
	const { name } = assignment;
	const value = globalValue(file, assignment);
	const holds = credentialEvidence("ARG", name, value);
	if (holds === undefined) return undefined;
	const inFrom = file.stages.some((stage) => instructionMentions(stage.from, name));
	if (inFrom)
		return { span: assignment.span, message: `ARG ${shortened(name, 30)} takes a credential for FROM, which history and provenance keep` };
	// Without a value here, the stages that declare it again are what has to change; without any it goes nowhere.
	if (value.kind === "none" || value.kind === "empty") return undefined;
	return { span: assignment.span, message: message("ARG", name, holds) };
}

function stepReport(step: Step, assignment: Assignment): Report | undefined {
	if (!mayBeCredential(step.stage.file, assignment)) return undefined;
	const { name } = assignment;
	const keyword = step.keyword as "ARG" | "ENV";
	const value = stageValue(step, assignment);
	const holds = credentialEvidence(keyword, name, value);
	if (holds === undefined) return undefined;
	const severity = severityOf(step, holds);
	return {
		span: assignment.span,
		message: stepMessage(step, keyword, name, holds),
		...(severity === undefined ? {} : { severity }),
		fixes: () => {
			const fix = keyword === "ARG" ? argumentFix(step, assignment, value) : environmentFix(step, assignment, value);
			return fix === undefined ? [] : [fix];
		},
	};
}

function message(keyword: string, name: string, holds: CredentialEvidence): string {
	if (holds.kind === "value") return `${keyword} ${shortened(name, 30)} holds ${holds.title}, which the image keeps`;
	if (isForPages(name) && holds.kind === "name")
		return `${keyword} ${shortened(name, 30)} is a credential, and the build writes it into pages`;
	if (keyword === "ARG") return `ARG ${shortened(name, 30)} takes a credential that the image's history keeps`;
	if (holds.kind === "hook") return `ENV ${shortened(name, 30)} is a place for a credential in the environment of containers`;
	return `ENV ${shortened(name, 30)} puts a credential into the image and every container`;
}

/** Of a stage of which only files are copied nothing gets into the image, its history and its containers. */
function stepMessage(step: Step, keyword: "ARG" | "ENV", name: string, holds: CredentialEvidence): string {
	if (holds.kind !== "name") return message(keyword, name, holds);
	if (step.stage.use === "copied" && !isForPages(name))
		return `${keyword} ${shortened(name, 30)} ${keyword === "ARG" ? "takes" : "holds"} a credential that provenance and exported caches keep`;
	if (keyword === "ARG" || !isOverwritten(step, name)) return message(keyword, name, holds);
	return `ENV ${shortened(name, 30)} puts a credential into the history of the image, where it stays`;
}

function severityOf(step: Step, holds: CredentialEvidence): LintSeverity | undefined {
	if (holds.kind === "hook") return "info";
	if (holds.kind === "value") return undefined;
	if (step.stage.use === "unused") return "info";
	// What a builder stage is given is not in the history of the image, but in provenance and exported caches.
	return step.stage.use === "copied" ? "warning" : undefined;
}
