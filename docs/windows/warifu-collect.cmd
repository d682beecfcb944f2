@echo off
rem Collects what Windows says about its activation into one text file that "warifu doctor windows --evidence" reads.
rem It only reads: nothing is changed, installed or sent. Product keys are not asked for.
setlocal
for /f "tokens=2 delims=:." %%c in ('chcp') do set "PAGE=%%c"
chcp 65001 >nul
rem Windows のライセンス認証の状態を、1つのテキストファイルに書き出します。読み取るだけで、変更も送信もしません。
set "OUT=%~1"
if "%OUT%"=="" set "OUT=%USERPROFILE%\Desktop\warifu-evidence.txt"
echo Writing %OUT% / 書き出し先: %OUT%
> "%OUT%" echo warifu-collect 1
call :section "slmgr /dlv" cscript //nologo "%windir%\System32\slmgr.vbs" /dlv
call :section "slmgr /xpr" cscript //nologo "%windir%\System32\slmgr.vbs" /xpr
call :section "edition" reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion" /v EditionID
call :section "firmware key description" powershell -NoProfile -Command "'OA3xOriginalProductKeyDescription: ' + (Get-CimInstance SoftwareLicensingService).OA3xOriginalProductKeyDescription"
call :section "kms registry" reg query "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform" /v KeyManagementServiceName
call :section "time" w32tm /query /status
call :section "time zone" tzutil /g
call :section "kms dns" nslookup -type=srv _vlmcs._tcp
call :section "directory" dsregcmd /status
call :section "proxy" netsh winhttp show proxy
call :section "hosts file" findstr /i "microsoft live.com" "%windir%\System32\drivers\etc\hosts"
call :section "services" powershell -NoProfile -Command "Get-Service sppsvc,ClipSVC,LicenseManager,wlidsvc,W32Time,Winmgmt | ForEach-Object { $_.Name + ' ' + $_.StartType + ' ' + $_.Status }"
call :section "events" powershell -NoProfile -Command "Get-WinEvent -FilterHashtable @{LogName='Application';ProviderName='Microsoft-Windows-Security-SPP'} -MaxEvents 60 | Where-Object { 8198,8200,1014,8208,8229,12288,12289,12293,1040 -contains $_.Id } | Select-Object -First 20 | ForEach-Object { 'Event ID: ' + $_.Id; ($_.Properties | ForEach-Object { $_.Value }) -join ', ' }"
echo.
echo Done. / 終わりました。
chcp %PAGE% >nul
endlocal
exit /b 0

:section
>> "%OUT%" echo.
>> "%OUT%" echo ==== %~1 ====
shift
set "LINE="
:words
if "%~1"=="" goto run
set LINE=%LINE% %1
shift
goto words
:run
%LINE% >> "%OUT%" 2>&1
exit /b 0
