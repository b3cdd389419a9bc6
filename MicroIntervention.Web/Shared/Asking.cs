using Radzen;

namespace MicroIntervention.Web.Shared;

/// <summary>Asks before something is done that takes something away.</summary>
public static class Asking
{
    /// <summary>Shows what will happen and waits for the answer; closing the dialog means no.</summary>
    /// <param name="says">What will happen, and how it can be undone.</param>
    /// <param name="confirm">The button's words: what it does, never "OK".</param>
    public static async Task<bool> AskAsync(this DialogService dialogs, string title, string says, string confirm)
    {
        ArgumentNullException.ThrowIfNull(dialogs);
        return await dialogs.OpenAsync<ConfirmBox>(
            title,
            new Dictionary<string, object?> { [nameof(ConfirmBox.Says)] = says, [nameof(ConfirmBox.Confirm)] = confirm, [nameof(ConfirmBox.Danger)] = true },
            new DialogOptions { Width = "min(470px, calc(100vw - 32px))", AutoFocusFirstElement = false, CloseDialogOnEsc = true }) is true;
    }
}
