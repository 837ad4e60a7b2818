#!/bin/sh
# What the tests need and PyPI has not, from Debian: a browser, a PostgreSQL server, a JVM for Spark.
# As root, what is missing is installed; otherwise the tests that need it say why they are skipped.
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v jq >/dev/null 2>&1 || missing="$missing jq"
command -v java >/dev/null 2>&1 || missing="$missing openjdk-17-jre-headless"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ]; then
    echo "Absent :$missing. Les tests qui en ont besoin seront passés, en disant pourquoi."
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq $missing >/dev/null
