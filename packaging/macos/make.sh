#!/bin/bash
# Makes dist/FastFace-VERSION-arm64.dmg from dist/fastface, on a Mac:
#   bash packaging/macos/make.sh
# APPLE_IDENTITY ("Developer ID Application: ...") signs, and APPLE_ID, APPLE_TEAM and APPLE_PASSWORD (one for this
# app alone) have it notarized. Without them it is signed for this computer only, which Gatekeeper says elsewhere.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$(dirname "$here")")
bundle=$root/dist/fastface
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/fastface_core/__init__.py")
app=$root/dist/FastFace.app
dmg=$root/dist/FastFace-$version-$(uname -m).dmg
identity=${APPLE_IDENTITY:--}
[ -x "$bundle/fastface" ] || { echo "There is no bundle in $bundle. Make one with: python3 dev.py package bundle" >&2; exit 1; }

rm -rf "$app" "$dmg"
mkdir -p "$app/Contents/Resources"
cp -R "$bundle" "$app/Contents/MacOS"
sed "s/@VERSION@/$version/g" "$here/Info.plist" >"$app/Contents/Info.plist"
plutil -lint "$app/Contents/Info.plist" "$here/entitlements.plist"
(cd "$root/packaging" && "$root/.venv/bin/python" -c "import icons, sys; from pathlib import Path; icons.write(Path(sys.argv[1]))" \
    "$app/Contents/Resources/FastFace.icns")

sign() {
    if [ "$identity" = - ]; then
        codesign --force --sign - --entitlements "$here/entitlements.plist" "$@"
    else
        codesign --force --timestamp --options runtime --sign "$identity" --entitlements "$here/entitlements.plist" "$@"
    fi
}
# From the inside out: what holds other code is signed after it.
find "$app/Contents/MacOS" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 | while IFS= read -r -d '' file; do
    sign "$file"
done
find "$app/Contents/MacOS" -type f -perm -u+x ! -name '*.dylib' ! -name '*.so' -print0 | while IFS= read -r -d '' file; do
    file -b "$file" | grep -q Mach-O && sign "$file" || :
done
sign "$app"
codesign --verify --deep --strict "$app"

stage=$(mktemp -d)
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname FastFace -srcfolder "$stage" -format UDZO -ov "$dmg"
rm -rf "$stage"
if [ "$identity" != - ]; then
    codesign --timestamp --sign "$identity" "$dmg"
    xcrun notarytool submit "$dmg" --apple-id "$APPLE_ID" --team-id "$APPLE_TEAM" --password "$APPLE_PASSWORD" --wait
    xcrun stapler staple "$dmg"
fi
echo "$dmg"
