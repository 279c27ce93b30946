using ImageOperator.Platforms.Qemu.Machines;
using Microsoft.Extensions.Time.Testing;

namespace ImageOperator.Platforms.Qemu.Tests.Machines;

public sealed class SerialConsoleTests
{
    private readonly SerialConsole _console = new(new FakeTimeProvider());

    [Theory]
    [InlineData("READY\r\n")]
    [InlineData("Debian GNU/Linux 12 web ttyS0\r\n\r\nweb login: ")]
    [InlineData("[   12.3] cloud-init[512]: Cloud-init v. 22.4.2 finished at Sun, 22 Nov 2026")]
    [InlineData("[\x1b[0;32m  OK  \x1b[0m] Started \x1b[0;1;39mssh.service\x1b[0m - OpenBSD Secure Shell server.\r\n")]
    [InlineData("[  OK  ] Started OpenBSD Secure Shell server.\r\n")]
    [InlineData("[  OK  ] Started OpenSSH server daemon.\r\n")]
    public void Take_Sign_IsSeen(string text)
    {
        _console.Take(text);
        Assert.True(_console.Sign.IsCompleted);
    }

    [Theory]
    [InlineData("[  OK  ] Reached target network.target - Network.\r\n")]
    [InlineData("NOT READY\r\n")]
    [InlineData("SSH is off in this guest\r\n")]
    [InlineData("Last login: today\r\n")]
    public void Take_OtherText_IsNoSign(string text)
    {
        _console.Take(text);
        Assert.False(_console.Sign.IsCompleted);
    }

    [Fact]
    public void Take_SignInPieces_IsSeen()
    {
        foreach (var letter in "boot\r\nREADY\r\n") _console.Take([letter]);
        Assert.True(_console.Sign.IsCompleted);
    }

    [Fact]
    public void Restart_AfterASign_WaitsForTheNext()
    {
        _console.Take("READY\r\n");
        _console.Restart();
        Assert.False(_console.Sign.IsCompleted);
        _console.Take("READY\r\n");
        Assert.True(_console.Sign.IsCompleted);
    }

    [Fact]
    public void Tail_ManyLines_LastOnesWithoutControlSequences()
    {
        for (var i = 0; i < 100_000; i++) _console.Take($"\x1b[1mline {i}\x1b[0m\r\n");
        Assert.Equal("line 99998\nline 99999", _console.Tail(2));
    }
}
