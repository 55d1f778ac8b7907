/**
 * Directories that images declare with VOLUME, by repository. Source: the Dockerfiles of docker-library and of the projects.
 * Read 2026-11.
 */
export const IMAGE_VOLUMES: Readonly<Record<string, readonly string[]>> = {
	"docker.io/library/postgres": ["/var/lib/postgresql/data"],
	"docker.io/library/mysql": ["/var/lib/mysql"],
	"docker.io/library/mariadb": ["/var/lib/mysql"],
	"docker.io/library/mongo": ["/data/db", "/data/configdb"],
	"docker.io/library/redis": ["/data"],
	"docker.io/library/rabbitmq": ["/var/lib/rabbitmq"],
	"docker.io/library/cassandra": ["/var/lib/cassandra"],
	"docker.io/library/couchdb": ["/opt/couchdb/data"],
	"docker.io/library/ghost": ["/var/lib/ghost/content"],
	"docker.io/library/wordpress": ["/var/www/html"],
	"docker.io/library/influxdb": ["/var/lib/influxdb"],
	"docker.io/library/docker": ["/var/lib/docker"],
	"docker.io/library/gradle": ["/home/gradle/.gradle"],
	"docker.io/jenkins/jenkins": ["/var/jenkins_home"],
	"docker.io/library/jenkins": ["/var/jenkins_home"],
	"docker.io/jenkinsci/blueocean": ["/var/jenkins_home"],
	"docker.io/gitea/gitea": ["/data"],
};
