#!/bin/sh
# Starts the version of FastFace that is in use. A new one is started once; when it did not draw its window, the one
# before is started again. Which is which stands in small files beside this one: see fastface_core/updates/place.py.
here=$(dirname "$(readlink -f "$0")")
case $(basename "$0") in
    fastface-desktop) program=fastface-desktop ;;
    *) program=fastface ;;
esac
version=$(cat "$here/current" 2>/dev/null)
if [ "$program" = fastface-desktop ] && [ -f "$here/next" ]; then
    if mkdir "$here/next.started" 2>/dev/null; then
        echo "$$" >"$here/next.started/pid"
        version=$(cat "$here/next")
    elif pid=$(cat "$here/next.started/pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null; then
        version=$(cat "$here/next") # its first start is still under way
    else
        mv -f "$here/next" "$here/next.failed"
        rm -rf "$here/next.started"
    fi
fi
if [ -z "$version" ] || [ ! -x "$here/versions/$version/$program" ]; then
    # What is written there cannot be used: whichever version is whole.
    for one in "$here"/versions/*[0-9]; do
        [ -x "$one/$program" ] && version=$(basename "$one")
    done
fi
exec "$here/versions/$version/$program" "$@"
