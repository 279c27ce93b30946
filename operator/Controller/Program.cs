using ImageOperator.Controller.Hosting;
using ImageOperator.Controller.SelfTest;
using ImageOperator.Runtime.Hosting;
using Microsoft.Extensions.Options;

const int Usage = 2;

try
{
    if (args is [SelfTestCommand.Name, ..]) return await SelfTestCommand.RunAsync(args[1..]).ConfigureAwait(false);
    var app = OperatorHost.Build(args);
    // Before the run, which disposes of the services.
    var exit = app.Services.GetRequiredService<RuntimeExit>();
    await app.RunAsync().ConfigureAwait(false);
    return exit.Code;
}
catch (OptionsValidationException e)
{
    foreach (var gap in e.Failures) await Console.Error.WriteLineAsync(gap).ConfigureAwait(false);
    return Usage;
}
catch (Exception e) when (e is ArgumentException or FileNotFoundException or InvalidDataException)
{
    await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
    return Usage;
}
