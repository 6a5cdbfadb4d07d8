# Sets up Sekisho from the folder that this file lies in. All of it is done by sekisho.exe setup; this only asks for the rights.
#   Install-Sekisho.ps1 -Policy \\server\share\policy.toml
#   Install-Sekisho.ps1 -Uninstall [-Purge]
param(
    [string]$Policy,
    [switch]$Task,
    [switch]$Uninstall,
    [switch]$Purge
)
$ErrorActionPreference = 'Stop'
$arguments = @('setup', '--silent')
if ($Policy) { $arguments += @('--policy', ('"{0}"' -f $Policy)) }
if ($Task) { $arguments += '--task' }
if ($Uninstall) { $arguments += '--uninstall' }
if ($Purge) { $arguments += '--purge' }
$program = Join-Path $PSScriptRoot 'sekisho.exe'
$identity = [Security.Principal.WindowsPrincipal][Security.Principal.WindowsIdentity]::GetCurrent()
if ($identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    $done = Start-Process -FilePath $program -ArgumentList $arguments -Wait -PassThru -NoNewWindow
} else {
    $done = Start-Process -FilePath $program -ArgumentList $arguments -Wait -PassThru -Verb RunAs
}
exit $done.ExitCode
