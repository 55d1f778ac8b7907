import { homeAt } from "../../dockerfile/accounts/home.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { addFlag } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { CREDENTIAL_TRACES, type CredentialUse, credentialUses } from "../../dockerfile/secrets/credentialUses.ts";
import { mountOwner, secretId, secretOption, secretVariableEdits } from "../../dockerfile/secrets/secretMounts.ts";
import type { EditFix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const secretCredentialCommandWithoutMount = defineRule({
	id: "secret-credential-command-without-mount",
	title: "A command needs a credential that no mount gives it",
	category: "secrets",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "require-secret-mounts"], ["trivy", "DS-0031"]),
	supersededBy: ["ssh-key-in-build", "secret-literal-in-file"],
	onlyWith: { instructions: ["RUN"], texts: CREDENTIAL_TRACES },
	why: "A command that talks to a private service gets its login from somewhere. Where the instruction mounts none, it comes from the base image, from a file of an earlier layer or from the network of the build machine: places that keep it for everybody who pulls the image, or that hand it to every build.\n\nWhoever meets the failing command next is tempted to copy the login into the image, where it stays.",
	remedy:
		"Mount what the command needs, for that one instruction: `RUN --mount=type=secret,id=aws,target=/root/.aws/credentials aws s3 cp …`, built with `--secret id=aws,src=$HOME/.aws/credentials`; for Git over SSH `--mount=type=ssh` and `--ssh default`. The mount is gone when the instruction ends.",
	references: [
		"https://docs.docker.com/build/building/secrets/",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypesecret",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypessh",
	],
	examples: [
		{
			caption: "A model from a private bucket",
			bad: "FROM amazon/aws-cli:2.22.0\nUSER root\nRUN aws «s3» cp s3://acme/model.bin /model.bin\n",
			fixed:
				"FROM amazon/aws-cli:2.22.0\nUSER root\nRUN --mount=type=secret,id=aws,target=/root/.aws/credentials aws s3 cp s3://acme/model.bin /model.bin\n",
		},
		{
			caption: "The credential is mounted",
			good: "FROM debian:12\nRUN --mount=type=secret,id=aws,target=/root/.aws/credentials aws s3 cp s3://a/b /b\nRUN --mount=type=ssh git clone git@github.com:a/b.git\nRUN --mount=type=secret,id=t,env=GH_TOKEN gh release list\n",
		},
		{
			caption: "A download from a private bucket",
			bad: "FROM debian:12\nRUN apt-get update && aws «s3» cp s3://acme/model.bin /model.bin\n",
			fixed:
				"FROM debian:12\nRUN --mount=type=secret,id=aws,target=/root/.aws/credentials apt-get update && aws s3 cp s3://acme/model.bin /model.bin\n",
		},
		{
			caption: "For a user who is not root",
			bad: "FROM node:22\nUSER node\nRUN --network=default \\\n    npm «publish»\n",
			fixed:
				"FROM node:22\nUSER node\nRUN --network=default --mount=type=secret,id=npmrc,target=/home/node/.npmrc,uid=1000 \\\n    npm publish\n",
		},
		{
			caption: "Git over SSH",
			bad: "FROM debian:12\nRUN git -c core.pager= clone --depth 1 «git@github.com:acme/private.git» /src\nRUN pip install «git+ssh://git@github.com/acme/lib.git@v1»\n",
			fixed:
				"FROM debian:12\nRUN --mount=type=ssh git -c core.pager= clone --depth 1 git@github.com:acme/private.git /src\nRUN --mount=type=ssh pip install git+ssh://git@github.com/acme/lib.git@v1\n",
		},
		{
			caption: "A token in a variable",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN gh «release» download v1 -R acme/tool\nRUN poetry «publish» --build\n",
			fixed:
				"# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=gh-token,env=GH_TOKEN gh release download v1 -R acme/tool\nRUN --mount=type=secret,id=poetry-pypi-token-pypi,env=POETRY_PYPI_TOKEN_PYPI poetry publish --build\n",
		},
		{
			caption: "What is put into registries, a private bucket of Google's",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN dotnet «nuget» push a.nupkg\nRUN helm «push» a-1.tgz oci://r.acme.dev/charts\nRUN gcloud «storage» cp gs://acme/model.bin /\n",
			fixed:
				"# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=nuget-config,target=/root/.nuget/NuGet/NuGet.Config dotnet nuget push a.nupkg\nRUN --mount=type=secret,id=helm-registry,target=/root/.config/helm/registry/config.json helm push a-1.tgz oci://r.acme.dev/charts\nRUN --mount=type=secret,id=cloudsdk-auth-access-token,env=CLOUDSDK_AUTH_ACCESS_TOKEN gcloud storage cp gs://acme/model.bin /\n",
		},
		{
			caption: "A login of the file's own, none needed",
			good: "FROM debian:12\nARG KEY\nRUN dotnet nuget push a.nupkg -s https://n.acme.dev -k $KEY && dotnet nuget add source https://n.acme.dev\nFROM debian:12\nRUN helm registry login r.acme.dev --password-stdin < /p && helm push a.tgz oci://r.acme.dev/charts\nFROM debian:12\nRUN gcloud auth activate-service-account --key-file=/k.json && gcloud storage cp gs://a/b /\nFROM debian:12\nRUN gcloud config set auth/disable_credentials True && gcloud storage cp gs://a/b /\nFROM debian:12\nRUN helm push a.tgz oci://localhost:5000/charts && helm push a.tgz oci://127.0.0.1/charts && helm push a.tgz chartmuseum && helm push a.tgz $REGISTRY\n",
		},
		{
			caption: "Registries that let nobody in without a login",
			bad: "FROM node:22\nRUN npm install «--registry=https://npm.pkg.github.com/» @acme/a\nFROM python:3.12\nRUN pip install -i «https://acme-1234.d.codeartifact.eu-west-1.amazonaws.com/pypi/x/simple/» a\n",
			fixed:
				"FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm install --registry=https://npm.pkg.github.com/ @acme/a\nFROM python:3.12\nRUN --mount=type=secret,id=netrc,target=/root/.netrc pip install -i https://acme-1234.d.codeartifact.eu-west-1.amazonaws.com/pypi/x/simple/ a\n",
		},
		{
			caption: "Where nobody knows who needs it, no edit is offered",
			bad: "FROM acme/base\nRUN mvn -B clean «deploy»\nONBUILD RUN aws «ecr» describe-repositories\n",
		},
		{
			caption: "Or comes from a variable or a file, which is another matter",
			good: "FROM debian:12\nARG AWS_ACCESS_KEY_ID\nRUN aws s3 ls\nRUN cargo publish --token $CRATES_TOKEN; GH_TOKEN=$X gh api /user\nCOPY id_rsa /root/.ssh/\nRUN git clone git@github.com:a/b.git\n",
		},
		{
			caption: "Nothing private is asked for",
			good: "FROM debian:12\nRUN aws --version; aws configure set region eu-west-1; aws s3 cp --no-sign-request s3://open/a /a; aws help\nRUN gcloud components install kubectl; gcloud config set project x; gh --version; gh extension install a/b; npm publish --dry-run; poetry publish --repository private\nRUN git clone https://github.com/a/b.git; npm ci; mvn package; pip install git+https://github.com/a/b.git@v1; cargo build\n",
		},
		{
			caption: "SSH addresses that are rewritten",
			good: 'FROM debian:12\nRUN git config --global url."https://github.com/".insteadOf git@github.com:\nRUN git clone git@github.com:a/b.git\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const use of credentialUses(step)) {
					const fix = fixOf(step, use);
					reports.push({
						span: use.word.span,
						message: `${use.call.slice(0, 40)} needs ${use.title}, and this RUN mounts none`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						...(fix === undefined ? {} : { fixes: [fix] }),
					});
				}
			}
		}
		return reports;
	},
});

function fixOf(step: Step, use: CredentialUse): EditFix | undefined {
	const { place } = use;
	if (shellAt(step.stage, step).kind !== "posix") return undefined;
	if (place.kind === "variable") {
		if (changesUser(use.command)) return undefined;
		const edits = secretVariableEdits(step, place.name);
		return edits === undefined
			? undefined
			: { title: `Mount the secret ${secretId(place.name)}`, safety: "review", edits, note: `Build with ${secretOption(place.name)}.` };
	}
	const owner = mountOwner(step);
	if (owner === undefined) return undefined;
	if (place.kind === "ssh")
		return {
			title: "Mount the SSH agent",
			safety: "review",
			edits: [addFlag(step, `--mount=type=ssh${owner}`)],
			note: "Build with --ssh default. The host's key has to be in known_hosts.",
		};
	const home = homeAt(step, use.command);
	if (home.kind !== "set") return undefined;
	return {
		title: `Mount the secret ${place.id}`,
		safety: "review",
		edits: [addFlag(step, `--mount=type=secret,id=${place.id},target=${home.value}/${place.path}${owner}`)],
		note: `Build with --secret id=${place.id},src=$HOME/${place.path}.`,
	};
}

/** sudo and its like hand on no variables unless they are told to. */
function changesUser(command: ShellCommand): boolean {
	for (let at = command.wrapper; at !== undefined; at = at.wrapper) if (/^(?:sudo|doas|su|runuser)$/.test(at.program ?? "")) return true;
	return false;
}
