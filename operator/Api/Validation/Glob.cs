namespace ImageOperator.Api.Validation;

/// <summary>Names by pattern: <c>*</c> is any text, <c>?</c> any character.</summary>
public static class Glob
{
    /// <summary>Whether the whole text matches. Takes time in proportion to the product of the lengths at most.</summary>
    public static bool IsMatch(string glob, string text)
    {
        var (g, t, star, retry) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (g < glob.Length && glob[g] == '*')
            {
                star = g++;
                retry = t;
            }
            else if (g < glob.Length && (glob[g] == '?' || glob[g] == text[t]))
            {
                g++;
                t++;
            }
            else if (star >= 0)
            {
                g = star + 1;
                t = ++retry;
            }
            else
            {
                return false;
            }
        }

        return glob[g..].All(c => c == '*');
    }
}
