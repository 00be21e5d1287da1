#!/bin/sh
# Makes a Debian package of a program that is built already: packaging/debian/build.sh PROGRAM DIRECTORY
set -eu
umask 022
program=$1
out=$2
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
version=$("$program" --version | cut -d ' ' -f 2)
architecture=$(dpkg --print-architecture)
package="$out/tessera_${version}_${architecture}.deb"
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
chmod 0755 "$tree"

install -D -m 0755 "$program" "$tree/usr/bin/tessera"
install -D -m 0644 "$top/packaging/systemd/tessera.service" "$tree/usr/lib/systemd/system/tessera.service"
install -D -m 0644 "$here/sysusers.conf" "$tree/usr/lib/sysusers.d/tessera.conf"
install -D -m 0644 "$top/examples/tessera.toml" "$tree/usr/share/doc/tessera/examples/tessera.toml"
install -D -m 0644 "$top/packaging/prometheus/alerts.yaml" "$tree/usr/share/doc/tessera/examples/alerts.yaml"
install -D -m 0644 "$top/packaging/grafana/tessera.json" "$tree/usr/share/doc/tessera/examples/grafana.json"
install -D -m 0644 "$top/LICENSE" "$tree/usr/share/doc/tessera/copyright"
"$program" man --out "$tree/usr/share/man/man1"
find "$tree/usr/share/man/man1" -name '*.1' -exec gzip -9n {} +
install -d "$tree/usr/share/bash-completion/completions" "$tree/usr/share/zsh/vendor-completions" \
    "$tree/usr/share/fish/vendor_completions.d"
"$program" completions bash > "$tree/usr/share/bash-completion/completions/tessera"
"$program" completions zsh > "$tree/usr/share/zsh/vendor-completions/_tessera"
"$program" completions fish > "$tree/usr/share/fish/vendor_completions.d/tessera.fish"

install -d "$tree/DEBIAN"
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" "$here/control.in" > "$tree/DEBIAN/control"
for script in postinst prerm postrm; do
    install -m 0755 "$here/$script" "$tree/DEBIAN/$script"
done
dpkg-deb --root-owner-group ${DPKG_DEB_OPTIONS-} --build "$tree" "$package" > /dev/null
echo "$package"
