; Installs FastFace for the user who starts it, without administrator's rights; over an older version as well.
; Compiled by packaging/nsis.py, which says OUT, TARGET, BUNDLE, VERSION, LAUNCHER, ICON, LICENCE and KILOBYTES.
Unicode true
Target ${TARGET}
!include MUI2.nsh
!include LogicLib.nsh
Name "FastFace"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\FastFace"
InstallDirRegKey HKCU "Software\FastFace" "Folder"
RequestExecutionLevel user
ManifestLongPathAware true
ManifestDPIAware true
SetCompressor ${COMPRESSOR}
SetOverwrite on
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "FastFace"
VIAddVersionKey FileDescription "Installs FastFace"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey LegalCopyright "The makers of FastFace Desktop"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\FastFace"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\FastFace.exe"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"

LangString Broken ${LANG_ENGLISH} "FastFace ${VERSION} does not start on this computer. What was installed before is as it was."
LangString Broken ${LANG_GERMAN} "FastFace ${VERSION} startet auf diesem Rechner nicht. Was vorher installiert war, ist wie zuvor."
LangString InUse ${LANG_ENGLISH} "FastFace is open. Close it and start the installer again."
LangString InUse ${LANG_GERMAN} "FastFace ist offen. Schließen Sie es und starten Sie die Installation noch einmal."
LangString Pack ${LANG_ENGLISH} "Pack of FastFace models"
LangString Pack ${LANG_GERMAN} "Paket mit FastFace-Modellen"

Section
    SetOutPath "$INSTDIR"
    WriteRegStr HKCU "Software\FastFace" "Folder" "$INSTDIR"
    ; Beside what is in use, under another name until it is whole.
    RMDir /r "$INSTDIR\versions\${VERSION}.part"
    SetOutPath "$INSTDIR\versions\${VERSION}.part"
    File /r "${BUNDLE}/*.*"
    SetOutPath "$INSTDIR"
    ${If} ${FileExists} "$INSTDIR\versions\${VERSION}\*.*"
        RMDir /r "$INSTDIR\versions\${VERSION}.gone"
        ClearErrors
        Rename "$INSTDIR\versions\${VERSION}" "$INSTDIR\versions\${VERSION}.gone"
        ${If} ${Errors}
            RMDir /r "$INSTDIR\versions\${VERSION}.part"
            MessageBox MB_ICONEXCLAMATION|MB_OK "$(InUse)" /SD IDOK
            Abort
        ${EndIf}
    ${EndIf}
    Rename "$INSTDIR\versions\${VERSION}.part" "$INSTDIR\versions\${VERSION}"
    nsExec::Exec '"$INSTDIR\versions\${VERSION}\fastface.exe" --version'
    Pop $0
    ${If} $0 != 0
        RMDir /r "$INSTDIR\versions\${VERSION}"
        Rename "$INSTDIR\versions\${VERSION}.gone" "$INSTDIR\versions\${VERSION}"
        MessageBox MB_ICONEXCLAMATION|MB_OK "$(Broken)" /SD IDOK
        Abort
    ${EndIf}
    File "/oname=FastFace.exe" "${LAUNCHER}"
    File "/oname=fastface.cmd" "${COMMAND}"
    Delete "$INSTDIR\next"
    Delete "$INSTDIR\next.failed"
    RMDir "$INSTDIR\next.started"
    FileOpen $0 "$INSTDIR\current.part" w
    FileWrite $0 "${VERSION}$\r$\n"
    FileClose $0
    Delete "$INSTDIR\current"
    Rename "$INSTDIR\current.part" "$INSTDIR\current"

    ; What is no longer needed. Files that are open stay until the next time.
    FindFirst $0 $1 "$INSTDIR\versions\*"
    ${DoWhile} $1 != ""
        ${If} $1 != "."
        ${AndIf} $1 != ".."
        ${AndIf} $1 != "${VERSION}"
            RMDir /r "$INSTDIR\versions\$1"
        ${EndIf}
        FindNext $0 $1
    ${Loop}
    FindClose $0

    CreateShortcut "$SMPROGRAMS\FastFace.lnk" "$INSTDIR\FastFace.exe"
    WriteRegStr HKCU "Software\Classes\.pack\OpenWithProgids" "FastFace.Pack" ""
    WriteRegStr HKCU "Software\Classes\FastFace.Pack" "" "$(Pack)"
    WriteRegStr HKCU "Software\Classes\FastFace.Pack\DefaultIcon" "" "$INSTDIR\FastFace.exe,0"
    WriteRegStr HKCU "Software\Classes\FastFace.Pack\shell\open\command" "" '"$INSTDIR\FastFace.exe" "%1"'
    WriteRegStr HKCU "Software\Classes\.json\OpenWithProgids" "FastFace.Preset" ""
    WriteRegStr HKCU "Software\Classes\FastFace.Preset\shell\open\command" "" '"$INSTDIR\FastFace.exe" "%1"'
    System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'

    WriteUninstaller "$INSTDIR\uninstall.exe"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "FastFace"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\FastFace.exe"
    WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The makers of FastFace Desktop"
    WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
    WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${KILOBYTES}
    WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
    WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

; Only what was installed: pictures, people and models lie elsewhere, and the folder may hold something else.
Section Uninstall
    RMDir /r "$INSTDIR\versions"
    RMDir /r "$INSTDIR\downloads"
    RMDir /r "$INSTDIR\next.started"
    Delete "$INSTDIR\current"
    Delete "$INSTDIR\next"
    Delete "$INSTDIR\next.failed"
    Delete "$INSTDIR\lock"
    Delete "$INSTDIR\FastFace.exe"
    Delete "$INSTDIR\fastface.cmd"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\FastFace.lnk"
    DeleteRegValue HKCU "Software\Classes\.pack\OpenWithProgids" "FastFace.Pack"
    DeleteRegValue HKCU "Software\Classes\.json\OpenWithProgids" "FastFace.Preset"
    DeleteRegKey HKCU "Software\Classes\FastFace.Pack"
    DeleteRegKey HKCU "Software\Classes\FastFace.Preset"
    DeleteRegKey HKCU "Software\FastFace"
    DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
