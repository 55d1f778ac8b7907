import { removeAssignment, replace } from "../../dockerfile/edits/edit.ts";
import { variableInPlace } from "../../dockerfile/edits/shellEdits.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { LITERAL_SECRET_TRACES, type LiteralSecret, literalSecretsOf } from "../../dockerfile/secrets/literalSecrets.ts";
import { removeUnusedVariable, secretOption, secretVariableEdits } from "../../dockerfile/secrets/secretMounts.ts";
import type { EditFix } from "../../finding.ts";
import { contains, type SpanEdit } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const secretLiteralInFile = defineRule({
	id: "secret-literal-in-file",
	title: "A credential stands in the file",
	category: "secrets",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["sonar", "S6437"], ["tally", "secrets-in-code"], ["droast", "DF014"]), ...similar(["trivy", "DS-0031"])],
	supersededBy: ["secret-in-url", "secret-in-label", "secret-in-healthcheck-or-cmd", "ssh-key-in-build", "user-password-set-in-build"],
	onlyWith: { texts: LITERAL_SECRET_TRACES },
	why: "Whoever can read the repository can use the credential, and so can whoever can pull the image: the text of every instruction is part of the image's history. Programs search public repositories and registries for such texts without pause; a key is used within minutes of being published.\n\nDeleting the line does not take it back. The old commit, the old image and the build cache still have it.",
	remedy:
		"Revoke the credential where it was issued; only then take it out of the file. What the build needs comes in as a build secret (`RUN --mount=type=secret,id=…,env=…`), what the application needs when the container starts.",
	references: [
		"https://docs.docker.com/build/building/secrets/",
		"https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns",
		"https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
	],
	examples: [
		{
			caption: "A password on a command line",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN curl -fsSLu deploy:«hunter2» -o /a.tgz https://files.acme.dev/a.tgz\n",
			fixed:
				'# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=http-password,env=HTTP_PASSWORD curl -fsSLu deploy:"$HTTP_PASSWORD" -o /a.tgz https://files.acme.dev/a.tgz\n',
		},
		{
			caption: "Read from a mount",
			good: '# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=password,env=PASSWORD curl -fsSLu "deploy:$PASSWORD" -o /a.tgz https://files.acme.dev/a.tgz\n',
		},
		{
			caption: "Properties of a Java program",
			bad: 'FROM debian:12\nCMD java -Dspring.datasource.password=«Xk29fjwQz» -Djavax.net.ssl.keyStorePassword=changeit -jar a.jar\nENTRYPOINT ["java", "-jar", "a.jar", "--spring.datasource.password=«Xk29fjwQz»"]\n',
		},
		{
			caption: "Where SQL Server is asked whether it lives",
			bad: 'FROM debian:12\nHEALTHCHECK CMD /opt/mssql-tools18/bin/sqlcmd -C -U sa -P «Xk29fjwQz» -Q "SELECT 1"\nCMD ["bcp", "a", "in", "b", "-U", "sa", "-P«Xk29fjwQz»"]\n',
		},
		{
			caption: "In quotes of either kind",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN mysql -uroot -p'«hunter2»' -e 'SELECT 1'\nRUN sudo sshpass -p \"«hunter2»\" ssh a@b\n",
			fixed:
				"# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=mysql-password,env=MYSQL_PASSWORD mysql -uroot -p''\"$MYSQL_PASSWORD\"'' -e 'SELECT 1'\nRUN --mount=type=secret,id=sshpass,env=SSHPASS sudo sshpass -p \"${SSHPASS}\" ssh a@b\n",
		},
		{
			caption: "A header",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN curl -H \"Authorization: Bearer «hunter2-hunter2»\" https://api.acme.dev/ \\\n    && wget --header 'PRIVATE-TOKEN: «hunter2-hunter2»' https://git.acme.dev/x\n",
			fixed:
				"# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=http-token,env=HTTP_TOKEN curl -H \"Authorization: Bearer ${HTTP_TOKEN}\" https://api.acme.dev/ \\\n    && wget --header 'PRIVATE-TOKEN: '\"$HTTP_TOKEN\"'' https://git.acme.dev/x\n",
		},
		{
			caption: "A variable set in the script",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN export DB_PASSWORD=«hunter2» && PGPASSWORD=«hunter2» psql -h db\nRUN docker login -u ci -p «hunter2» registry.acme.dev\n",
			fixed:
				'# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=db-password,env=DB_PASSWORD --mount=type=secret,id=pgpassword,env=PGPASSWORD export DB_PASSWORD="$DB_PASSWORD" && PGPASSWORD="$PGPASSWORD" psql -h db\nRUN --mount=type=secret,id=registry-password,env=REGISTRY_PASSWORD docker login -u ci -p "$REGISTRY_PASSWORD" registry.acme.dev\n',
		},
		{
			caption: "Passwords of accounts and keys that the build makes",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN htpasswd -bc /f admin «hunter2x9» && htpasswd -Bbn admin «hunter2x9» > /g\nRUN keytool -genkeypair -alias a -storepass «hunter2x9» -keypass «hunter2x9»\nRUN openssl req -x509 -newkey rsa:4096 -subj /CN=a -keyout /k -out /c -passout pass:«hunter2x9»\n",
			fixed:
				'# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=htpasswd,env=HTPASSWD htpasswd -bc /f admin "$HTPASSWD" && htpasswd -Bbn admin "$HTPASSWD" > /g\nRUN --mount=type=secret,id=keystore-password,env=KEYSTORE_PASSWORD keytool -genkeypair -alias a -storepass "$KEYSTORE_PASSWORD" -keypass "$KEYSTORE_PASSWORD"\nRUN --mount=type=secret,id=key-password,env=KEY_PASSWORD openssl req -x509 -newkey rsa:4096 -subj /CN=a -keyout /k -out /c -passout pass:"$KEY_PASSWORD"\n',
		},
		{
			caption: "Well-known ones, other places, stores of certificates alone",
			good: "FROM debian:12\nRUN htpasswd -c /f admin && htpasswd -bc /f admin admin && htpasswd -bc /f admin $PASSWORD\nRUN keytool -genkeypair -alias a -storepass changeit && keytool -importcert -noprompt -keystore /k -storepass hunter2x9\nRUN openssl rsa -passin env:KEY_PASSWORD -passout file:/run/secrets/key -in /a -out /b && openssl req -passout pass:x -nodes && openssl x509 -subj /CN=hunter2\n",
		},
		{
			caption: "A setting of the AWS CLI",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN aws configure set aws_secret_access_key «kT7pQx2VbN9zLmR4wYc8HsJd3FgUe6AaBb1C2d3E»\n",
			fixed:
				'# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=aws-secret-access-key,env=AWS_SECRET_ACCESS_KEY aws configure set aws_secret_access_key "$AWS_SECRET_ACCESS_KEY"\n',
		},
		{
			caption: "In a script of another shell no edit is offered",
			bad: "FROM debian:12\nRUN bash -c \"mysql -p«hunter2» -e 'SELECT 1'\"\nONBUILD RUN sshpass -p «hunter2» ssh a@b\n",
		},
		{
			caption: "A private key",
			bad: 'FROM debian:12\nRUN printf -- "«-----BEGIN RSA PRIVATE KEY-----»\\nMIIEowIBAAKCAQEAhunter2hunter2hunter2hunt\\n-----END RSA PRIVATE KEY-----\\n" > /key.pem\n',
		},
		{
			caption: "A password in an address is another finding",
			good: "FROM debian:12\nRUN git clone https://ci:hunter2@git.acme.dev/a/b.git\nADD https://ci:hunter2@files.acme.dev/a.tgz /\n",
		},
		{
			caption: "A file that the build writes",
			bad: "FROM debian:12\nCOPY <<EOF /app/.env\nMODE=production\nSESSION_SECRET=«4f9a-hunter2-7c1e-hunter2»\nEOF\n",
		},
		{
			caption: "npm's settings, in the file or by command",
			bad: '# syntax=docker/dockerfile:1\nFROM node:22\nRUN echo "//r.acme.dev/:_authToken=«9f8e2d7c-1b4a-hunter2-8e5f-6a7b8c9d»" > ~/.npmrc\n',
			fixed:
				'# syntax=docker/dockerfile:1\nFROM node:22\nRUN --mount=type=secret,id=npm-token,env=NPM_TOKEN echo "//r.acme.dev/:_authToken=${NPM_TOKEN}" > ~/.npmrc\n',
		},
		{
			caption: "A netrc file",
			bad: 'FROM debian:12\nRUN echo "machine git.acme.dev login ci password «hunter22»" > ~/.netrc && git clone https://git.acme.dev/a && rm ~/.netrc\n',
			fixed:
				'# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=netrc-password,env=NETRC_PASSWORD echo "machine git.acme.dev login ci password ${NETRC_PASSWORD}" > ~/.netrc && git clone https://git.acme.dev/a && rm ~/.netrc\n',
		},
		{
			caption: "A netrc file in lines",
			bad: "FROM debian:12\nRUN printf 'machine a.acme.dev\\nlogin ci\\npassword «hunter22»\\n' > ~/.netrc\nCOPY <<EOF /root/.netrc\nmachine git.acme.dev\n  login ci\n  password «hunter23»\nEOF\n",
			fixed:
				"# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=netrc-password,env=NETRC_PASSWORD printf 'machine a.acme.dev\\nlogin ci\\npassword '\"$NETRC_PASSWORD\"'\\n' > ~/.netrc\nCOPY <<EOF /root/.netrc\nmachine git.acme.dev\n  login ci\n  password hunter23\nEOF\n",
		},
		{
			caption: "A netrc file that is filled in, or a machine that is none",
			good: 'FROM debian:12\nARG T\nRUN echo "machine a.acme.dev login ci password $T" > ~/.netrc && echo "machine b.acme.dev login ci password <token>" && echo "machine c login x password changeme" && echo "the machine asks for login and password again"\n',
		},
		{
			caption: "Uploads and sources of packages",
			bad: "FROM debian:12\nRUN twine upload -u ci -p «hunter22» dist/*\nRUN helm repo add a https://charts.acme.dev --username ci --password «hunter22»\nRUN dotnet nuget add source https://nuget.acme.dev/v3/index.json -n a -u ci -p «hunter22» && dotnet nuget push a.nupkg --api-key «Zk3xW9qLm2Vt7RbYc5Hd»\n",
			fixed:
				'# syntax=docker/dockerfile:1\nFROM debian:12\nRUN --mount=type=secret,id=twine-password,env=TWINE_PASSWORD twine upload -u ci -p "$TWINE_PASSWORD" dist/*\nRUN --mount=type=secret,id=helm-password,env=HELM_PASSWORD helm repo add a https://charts.acme.dev --username ci --password "$HELM_PASSWORD"\nRUN --mount=type=secret,id=nuget-password,env=NUGET_PASSWORD --mount=type=secret,id=api-key,env=API_KEY dotnet nuget add source https://nuget.acme.dev/v3/index.json -n a -u ci -p "$NUGET_PASSWORD" && dotnet nuget push a.nupkg --api-key "$API_KEY"\n',
		},
		{
			caption: "Other calls of these programs",
			good: 'FROM debian:12\nRUN dotnet build -p:Source=a -p Configuration=Release && dotnet publish -p TargetSource=abc source && helm repo update && twine upload -p "$P" dist/* && twine check dist/*\n',
		},
		{
			caption: "A container's start in exec form",
			bad: 'FROM debian:12\nHEALTHCHECK CMD ["mysqladmin", "ping", "-uroot", "-p«hunter2»"]\nCMD ["redis-server", "--requirepass", "«hunter2»"]\n',
		},
		{
			caption: "Properties that are encrypted, hashed, filled in later, or no credential",
			good: 'FROM debian:12\nCMD java -Da.b.password=\'ENC(Xk29fjwQz8)\' -Dc.password=\'{bcrypt}$2a$10$Xk29fjwQz8\' -Dd.password=@db.secret@ -De.secret=vault:secret/x#y -Df.password=required -jar a.jar\nENTRYPOINT ["java", "-jar", "a.jar", "--c.d.password={cipher}9f8e2d7c1b4a"]\n',
		},
		{
			caption: "Variables, files and prompts",
			good: 'FROM debian:12\nRUN curl -u "$USER:$PASS" https://a.b && mysql -p$PASS && mysql -p db < x.sql && docker login --password-stdin < /run/secrets/x\nRUN curl -H "Authorization: Bearer $(cat /run/secrets/t)" https://a.b && git clone https://x:${TOKEN}@a.b/c\n',
		},
		{
			caption: "Placeholders and documented examples",
			good: "FROM debian:12\nRUN curl -u user:password https://a.b; mysql -proot; sshpass -p changeme ssh a@b\nRUN echo https://user:<token>@a.b https://me:hunter2@example.com/\nLABEL usage='docker login -p xxxxxxxx'\n",
		},
		{
			caption: "Other things that options with these letters mean",
			good: "FROM debian:12\nRUN mkdir -p hunter2 && cp -p hunter2 b && docker run -p 8080:80 x && tool --token-file /run/t --password-file hunter2 && tool --token short\n",
		},
		{ caption: "Text that only speaks of it", good: 'FROM debian:12\n# mysql -phunter2\nRUN echo "mysql -phunter2"\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const secret of literalSecretsOf(file)) {
			const fix = fixOf(file, secret);
			reports.push({ span: secret.span, message: secret.fact, ...(fix === undefined ? {} : { fixes: [fix] }) });
		}
		return reports;
	},
});

function fixOf(file: Dockerfile, secret: LiteralSecret): EditFix | undefined {
	const step = file.stages.flatMap((stage) => stage.steps).find((candidate) => contains(candidate.span, secret.span));
	// Of a private key the shape is the first line alone.
	if (step === undefined || file.text.startsWith("-----BEGIN", secret.span.start)) return undefined;
	if (step.keyword === "RUN") {
		const place = variableInPlace(step, secret.span, secret.variable);
		const mount = secretVariableEdits(step, secret.variable);
		if (place === undefined || mount === undefined) return undefined;
		return fix(
			`Read ${secret.variable} from a build secret`,
			[...mount, place],
			`Build with ${secretOption(secret.variable)}, and revoke the old one.`,
		);
	}
	const edit = assignmentEdit(file, step, secret);
	return edit === undefined ? undefined : fix("Remove the credential from the file", [edit], "Revoke the old one where it was issued.");
}

function fix(title: string, edits: readonly SpanEdit[], note: string): EditFix {
	return { title, safety: "review", edits, note };
}

function assignmentEdit(file: Dockerfile, step: Step, secret: LiteralSecret): SpanEdit | undefined {
	if (!["ARG", "ENV", "LABEL"].includes(step.keyword)) return undefined;
	const assignment = assignmentsOf(step, file.escape).find((candidate) => contains(candidate.span, secret.span));
	if (assignment === undefined) return undefined;
	if (step.keyword === "ARG") return replace({ start: assignment.nameSpan.end, end: assignment.span.end }, "");
	return step.keyword === "ENV" ? removeUnusedVariable(step, assignment) : removeAssignment(file, step, assignment);
}
