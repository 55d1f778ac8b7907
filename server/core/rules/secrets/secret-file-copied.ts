import { nameOf, secretFileFixes } from "../../dockerfile/secrets/secretFileFix.ts";
import { type SecretCopy, secretCopiesOf } from "../../dockerfile/secrets/secretFiles.ts";
import { LINT_SEVERITIES, type LintSeverity } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const secretFileCopied = defineRule({
	id: "secret-file-copied",
	title: "A file with credentials is copied into the image",
	category: "secrets",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["dockle", "CIS-DI-0010"], ["trivy", "DS-0031"]),
	supersededBy: ["secret-deleted-in-later-layer"],
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "What COPY and ADD bring is a layer of the image, and everybody who can pull the image can unpack it: keys, tokens and passwords in it are read within seconds, by programs that do nothing else. A later `rm` hides the file from the container, not from the layer. In a builder stage it stays in the build cache, and in the caches that are exported.",
	remedy:
		"Mount the file into the RUN that needs it: `RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci`, and build with `--secret id=npmrc,src=.npmrc`. What the application needs when it runs belongs into a secret of the platform. A credential that was shipped once has to be replaced.",
	references: [
		"https://docs.docker.com/build/building/secrets/",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypesecret",
		"https://docs.docker.com/build/concepts/context/#dockerignore-files",
	],
	examples: [
		{
			caption: "Read by one RUN",
			bad: "FROM node:22\nCOPY «.npmrc» /root/.npmrc\nCOPY package*.json ./\nRUN npm ci\n",
			fixed: "FROM node:22\nCOPY package*.json ./\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n",
		},
		{
			caption: "Mounted where it is needed",
			good: "FROM node:22\nCOPY package*.json ./\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n",
		},
		{
			caption: "Files that are there for a credential",
			bad: "FROM debian:12\nCOPY a «credentials.json» /x/\nCOPY b «conf/.htpasswd» /x/\nCOPY c «home.ovpn» /x/\nCOPY d «secring.gpg» /x/\nCOPY «secring.gpg» /root/.gnupg/secring.gpg\n",
			fixed: "FROM debian:12\nCOPY a /x/\nCOPY b /x/\nCOPY c /x/\nCOPY d /x/\n",
		},
		{
			caption: "Where it goes says it",
			bad: "FROM debian:12\nCOPY «config/prod.txt» /root/.ssh/id_rsa\nCOPY «./.docker» /root/.docker\nCOPY .docker/nginx.conf /etc/nginx/\nCOPY .docker /app/.docker\nCOPY .env.development /app/.env\nCOPY key.example /root/.ssh/id_rsa\n",
			fixed:
				"FROM debian:12\nCOPY .docker/nginx.conf /etc/nginx/\nCOPY .docker /app/.docker\nCOPY .env.development /app/.env\nCOPY key.example /root/.ssh/id_rsa\n",
		},
		{
			caption: "Their names with something else",
			good: "FROM debian:12\nCOPY credentials.json.example aws-credentials.ts htpasswd.sh pubring.gpg /x/\nCOPY cli-plugins /root/.docker\nCOPY docker/ /root/.docker\nCOPY netrc.tmpl /root/.netrc\nCOPY netrc.j2 /root/.netrc\nCOPY netrc.dist /root/.netrc\n",
		},
		{
			caption: "Keys",
			bad: 'FROM debian:12\nCOPY a «deploy/id_rsa» b /root/.ssh/\nADD «certs/server.key» /etc/ssl/\nCOPY ["«tls/privkey.pem»", "/k"]\nCOPY «store.p12» a /s/\nCOPY a «app.jks» /s/\n',
			fixed: "FROM debian:12\nCOPY a b /root/.ssh/\nCOPY a /s/\nCOPY a /s/\n",
		},
		{
			caption: "Logins of clouds and clusters, by variable",
			bad: "FROM debian:12\nENV F=.aws/credentials\nCOPY «$F» /root/.aws/credentials\nCOPY «.kube/config» /k\nCOPY «service-account-prod.json» /s/\nCOPY «terraform.tfstate» /s/\nCOPY «.env» ./\nCOPY «.env.production» ./\n",
			fixed: "FROM debian:12\nENV F=.aws/credentials\n",
		},
		{
			caption: "A file that the environment names, or its usual name",
			bad: "FROM debian:12\nWORKDIR /app\nENV D=/app\nCOPY «credentials.json» /app/\nENV GOOGLE_APPLICATION_CREDENTIALS=$D/credentials.json\nCOPY «serviceAccountKey.json» /s/\nCOPY a «acme-firebase-adminsdk-x1y2z-0123456789.json» /s/\nFROM debian:12\nWORKDIR /b\nCOPY «conf/prod.json» ./key.json\nENV GOOGLE_APPLICATION_CREDENTIALS=./key.json\n",
			fixed:
				"FROM debian:12\nWORKDIR /app\nENV D=/app\nENV GOOGLE_APPLICATION_CREDENTIALS=$D/credentials.json\nCOPY a /s/\nFROM debian:12\nWORKDIR /b\nENV GOOGLE_APPLICATION_CREDENTIALS=./key.json\n",
		},
		{
			caption: "In a builder, for another user",
			bad: "FROM node:22 AS build\nUSER node\nWORKDIR /app\nCOPY package.json «.npmrc» ./\nRUN npm ci\nFROM node:22\nCOPY --from=build /app /app\n",
			fixed:
				"FROM node:22 AS build\nUSER node\nWORKDIR /app\nCOPY package.json ./\nRUN --mount=type=secret,id=npmrc,target=/app/.npmrc,uid=1000 npm ci\nFROM node:22\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Beside another file, in quotes, over several lines",
			bad: 'FROM debian:12\nCOPY «"deploy/id_rsa"» \\\n  b /root/.ssh/\nCOPY a \\\n  # the store\n  b \\\n  «store.p12» /s/\n',
			fixed: "FROM debian:12\nCOPY b /root/.ssh/\nCOPY a \\\n  # the store\n  b \\\n  /s/\n",
		},
		{ caption: "In child images", bad: "FROM debian:12\nONBUILD COPY «.netrc» /root/\n" },
		{
			caption: "Public halves, certificates, keys that check signatures",
			good: "FROM debian:12\nCOPY id_rsa.pub /root/.ssh/authorized_keys\nCOPY ca.pem cert-chain.pem server.crt public.key /c/\nCOPY jenkins.key /etc/apt/keyrings/jenkins.asc\nCOPY nginx_signing.key repo.gpg.key /k/\nCOPY vendor.key /tmp/vendor.key\nRUN apt-key add /tmp/vendor.key\n",
		},
		{
			caption: "Examples, test data, other names",
			good: "FROM debian:12\nCOPY .env.example .env.sample .env.template .env.test .env.development ./\nCOPY test/fixtures/server.key insecure_id_rsa meta.env .env/ keys.txt .yarnrc.yml settings.json environment.ts ./\n",
		},
		{
			caption: "The environment names another file, or an example",
			good: "FROM debian:12\nCOPY access.json /app/\nCOPY key.example.json /key.json\nENV GOOGLE_APPLICATION_CREDENTIALS=/run/secrets/key.json\nFROM debian:12\nCOPY key.example.json /key.json\nENV GOOGLE_APPLICATION_CREDENTIALS=/key.json\n",
		},
		{
			caption: "From another stage, mounted, by a pattern, unknown",
			good: "FROM debian:12 AS a\nFROM debian:12\nARG F\nCOPY --from=a /id_rsa /x\nCOPY *.key conf/* $F /k/\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc true\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const copy of secretCopiesOf(stage)) {
				reports.push({
					span: copy.source.span,
					message: messageFor(copy),
					severity: severityOf(copy),
					fixes: () => secretFileFixes(copy),
				});
			}
		}
		return reports;
	},
});

function messageFor(copy: SecretCopy): string {
	const path = (copy.source.value ?? "").replace(/\/$/, "");
	// `credentials` and `config` say nothing without their folder.
	const name = shortened(/(?:^|\/)(\.[\w-]+\/[^/]+)$/.exec(path)?.[1] ?? nameOf(copy), 30);
	const { title, evidence } = copy.file;
	const verb = evidence === "maybe" ? "which can hold a login, stays in" : "stays in";
	return evidence === "maybe" ? `${name}, ${title}, ${verb} a layer` : `${name}, ${title}, ${verb} a layer of the image`;
}

const BY_EVIDENCE: Readonly<Record<SecretCopy["file"]["evidence"], LintSeverity>> = { certain: "error", likely: "warning", maybe: "info" };

/** A builder's layers are in caches only: one level lower. */
function severityOf(copy: SecretCopy): LintSeverity {
	const { use } = copy.step.stage;
	const severity = BY_EVIDENCE[copy.file.evidence];
	if (use === "unused") return "hint";
	return use === "copied" ? (LINT_SEVERITIES[Math.min(LINT_SEVERITIES.indexOf(severity) + 1, 3)] as LintSeverity) : severity;
}
