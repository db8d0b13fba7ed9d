#!/bin/sh
# FastFace @VERSION@: installs itself for the user who starts it, without administrator's rights.
#   sh fastface-@VERSION@.run [--target FOLDER] [--check] [--remove]
# The archive follows the last line of this script.
set -eu
version=@VERSION@
lines=@LINES@
bytes=@BYTES@
sum=@SUM@
unpacked=@UNPACKED@
target=${XDG_DATA_HOME:-$HOME/.local/share}/FastFaceDesktop
what=install

fail() {
    echo "$1" >&2
    exit 1
}
while [ $# -gt 0 ]; do
    case $1 in
        --target) [ $# -gt 1 ] || fail "--target takes a folder."; target=$2; shift ;;
        --check) what=check ;;
        --remove) what=remove ;;
        -h | --help) sed -n '2,3s/^# *//p' "$0"; exit 0 ;;
        *) fail "$1 is not known. See: sh $0 --help" ;;
    esac
    shift
done
case $target in
    /*) ;;
    *) target=$PWD/$target ;;
esac
programs=$HOME/.local/bin
share=${XDG_DATA_HOME:-$HOME/.local/share}
entry=$share/applications/fastface.desktop
icon=$share/icons/hicolor/scalable/apps/fastface.svg
types=$share/mime/packages/fastface.xml

known() {
    # What the desktop is told; systems that have no such tools see it at the next log-in.
    command -v update-desktop-database >/dev/null && update-desktop-database -q "$share/applications" || :
    command -v update-mime-database >/dev/null && update-mime-database "$share/mime" 2>/dev/null || :
}
ours() {
    [ -L "$1" ] && case $(readlink "$1") in "$target"/*) return 0 ;; esac
    return 1
}
if [ "$what" = remove ]; then
    [ -f "$target/current" ] || fail "FastFace is not installed in $target."
    for program in fastface fastface-desktop; do
        ours "$programs/$program" && rm -f "$programs/$program"
    done
    rm -f "$entry" "$icon" "$types"
    # Nothing but what was installed: the folder may hold something else.
    rm -rf "$target/versions" "$target/downloads" "$target/next.started"
    rm -f "$target/current" "$target/next" "$target/next.failed" "$target/lock" "$target/fastface" "$target/fastface-desktop"
    rmdir "$target" 2>/dev/null || :
    known
    echo "FastFace is removed. Pictures, people and models are where they were."
    exit 0
fi

archive() { tail -n +"$((lines + 1))" "$0"; }
command -v gzip >/dev/null && command -v tar >/dev/null || fail "It needs tar and gzip, which this system lacks."
[ "$(archive | wc -c)" -eq "$bytes" ] || fail "This file is incomplete. Fetch it again."
if command -v sha256sum >/dev/null; then
    [ "$(archive | sha256sum | cut -d' ' -f1)" = "$sum" ] || fail "This file is damaged. Fetch it again."
fi
[ "$what" = install ] || { echo "FastFace $version, whole."; exit 0; }
mkdir -p "$target/versions" || fail "The folder $target cannot be made."
free=$(df -Pk "$target" | awk 'NR == 2 { print $4 }')
[ "$free" -gt "$unpacked" ] || fail "$target has too little space: $((unpacked / 1000)) MB are needed."
part=$target/versions/$version.part
rm -rf "$part"
mkdir "$part"
echo "Unpacking FastFace $version into $target"
archive | tar -xzf - -C "$part" || fail "It could not be unpacked. What was installed before is as it was."
if [ -d "$target/versions/$version" ]; then
    # The same version again: the old one makes room in the moment in which the new one comes.
    rm -rf "$target/versions/$version.gone"
    mv "$target/versions/$version" "$target/versions/$version.gone"
fi
mv "$part" "$target/versions/$version"
[ "$("$target/versions/$version/fastface" --version)" = "FastFace $version" ] || fail \
    "FastFace $version does not start on this system. What was installed before is as it was."
for program in fastface fastface-desktop; do
    cp "$target/versions/$version/share/launcher.sh" "$target/$program.part"
    chmod 755 "$target/$program.part"
    mv -f "$target/$program.part" "$target/$program"
done
rm -rf "$target/next" "$target/next.started" "$target/next.failed"
echo "$version" >"$target/current.part"
mv -f "$target/current.part" "$target/current"
for one in "$target"/versions/*; do
    [ "$one" = "$target/versions/$version" ] || rm -rf "$one"
done

mkdir -p "$programs" "$(dirname "$entry")" "$(dirname "$icon")" "$(dirname "$types")"
for program in fastface fastface-desktop; do
    if [ ! -e "$programs/$program" ] && [ ! -L "$programs/$program" ] || ours "$programs/$program"; then
        ln -sf "$target/$program" "$programs/$program"
    fi
done
from=$target/versions/$version/share
# Inside quotes of a desktop entry these letters have a backslash before them, which is doubled in its strings.
quoted=$(printf '%s' "$target/fastface-desktop" | sed 's/[\\"`$]/\\\\&/g; s/%/%%/g')
while IFS= read -r line; do
    case $line in
        Exec=*) printf 'Exec="%s" %%F\n' "$quoted" ;;
        *) printf '%s\n' "$line" ;;
    esac
done <"$from/fastface.desktop" >"$entry"
cp "$from/fastface.svg" "$icon"
cp "$from/fastface.mime.xml" "$types"
known
# What every desktop has and the bundle leaves to it.
if libraries=$(PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null); then
    lacks=
    for library in libEGL.so.1 libGL.so.1 libxcb.so.1 libwayland-client.so.0 libstdc++.so.6; do
        case $libraries in *"$library"*) ;; *) lacks="$lacks $library" ;; esac
    done
    [ -z "$lacks" ] || echo "It needs libraries that this system lacks:$lacks." \
        "On Debian: apt-get install libegl1 libgl1 libxcb1 libwayland-client0 libstdc++6" >&2
fi
echo "FastFace $version is installed. Start it from the menu, or with: $target/fastface-desktop"
case :$PATH: in *:"$programs":*) ;; *) echo "$programs is not on the search path, so that its commands need their whole names." ;; esac
echo "Remove it with: sh '$0' --remove --target '$target'"
exit 0
