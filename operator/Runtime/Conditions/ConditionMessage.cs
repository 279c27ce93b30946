namespace ImageOperator.Runtime.Conditions;

internal static class ConditionMessage
{
    private const string Cut = " … (cut)";

    public static string Truncate(string message)
    {
        if (message.Length <= ConditionExtensions.MaxMessageLength)
        {
            return message;
        }

        // The server counts characters, not UTF-16 units: units are never fewer. A surrogate pair must not be torn.
        var length = ConditionExtensions.MaxMessageLength - Cut.Length;
        return string.Concat(message.AsSpan(0, char.IsHighSurrogate(message[length - 1]) ? length - 1 : length), Cut);
    }
}
