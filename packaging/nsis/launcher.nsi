; Starts the version of FastFace that is in use. A new one is started once; when it ends without having drawn its
; window, the one before is started. What packaging/linux/launcher.sh does, see fastface_core/updates/place.py.
Unicode true
Target ${TARGET}
!include FileFunc.nsh
!insertmacro GetParameters
Name "FastFace"
OutFile "${OUT}"
Icon "${ICON}"
RequestExecutionLevel user
SilentInstall silent
AutoCloseWindow true
SetCompress off
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "FastFace"
VIAddVersionKey FileDescription "FastFace"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey LegalCopyright "The makers of FastFace Desktop"

Var Version
Var Arguments

; $0: the name of a file beside this program; gives its first line in $1, empty where there is none.
Function ReadLine
    StrCpy $1 ""
    ClearErrors
    FileOpen $2 "$EXEDIR\$0" r
    IfErrors done
    FileRead $2 $1
    FileClose $2
    trim:
        StrCpy $3 $1 1 -1
        StrCmp $3 "$\n" cut
        StrCmp $3 "$\r" cut
        Goto done
    cut:
        StrCpy $1 $1 -1
        Goto trim
    done:
FunctionEnd

Section
    ${GetParameters} $Arguments
    StrCpy $0 "next"
    Call ReadLine
    StrCmp $1 "" current
    StrCpy $Version $1
    ; Held while the new version runs, so that a second start knows that the first is under way.
    System::Call 'kernel32::CreateMutexW(p 0, i 1, w "FastFaceNextVersion") p .r4 ?e'
    Pop $5
    StrCmp $5 183 start ; ERROR_ALREADY_EXISTS
    IfFileExists "$EXEDIR\next.started\*.*" failed
    CreateDirectory "$EXEDIR\next.started"
    ExecWait '"$EXEDIR\versions\$Version\fastface-desktop.exe" $Arguments'
    IfFileExists "$EXEDIR\next" failed ended
    failed:
        Delete "$EXEDIR\next.failed"
        Rename "$EXEDIR\next" "$EXEDIR\next.failed"
        RMDir "$EXEDIR\next.started"
    current:
        StrCpy $0 "current"
        Call ReadLine
        StrCpy $Version $1
    start:
        Exec '"$EXEDIR\versions\$Version\fastface-desktop.exe" $Arguments'
    ended:
SectionEnd
