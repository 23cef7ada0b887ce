/** The pages that the stand-in's search API finds. A fictional product: stations that measure weather in harbours. */
export type Page = { readonly title: string; readonly text: string };

export const CORPUS: readonly Page[] = [
  {
    title: 'Station keys: making, pushing and revoking',
    text: 'Every station signs its readings with a key. A key belongs to one site and is valid until it is revoked. To rotate a station key, make the new one first: from that moment both are valid. Push it with `harbor keys push --site <name>`; a station that is awake confirms within five minutes, a sleeping one at its next contact. The console lists the stations that still use the old key. Revoke the old key only when the list is empty. A station whose key was revoked does not lose readings: it buffers them and sends them when it has a valid key again. Keys are shown once, when they are made, and stored hashed. Never send a key by mail; the console can hand it to the installer by a link that works once.',
  },
  {
    title: 'Grace period of a replaced key',
    text: 'When a new key is made, the old one stays valid for a grace period. The default is 24 hours. It can be extended to 30 days while it runs, not afterwards. The period counts from the making of the new key, not from the first use. During the grace period the console shows a yellow mark at the site, and the metric `harbor_keys_in_grace` counts the sites. Ending the period early is the same as revoking the old key. If the clock of a station is wrong by more than ten minutes, its signature is refused in the grace period too; set the clock first, then rotate the station key.',
  },
  {
    title: 'Station buffer: size and retention',
    text: 'The buffer holds readings that could not be sent. Its retention is set per site to 7, 14 or 30 days; firmware 3 has room for seven days whatever is set. Readings are written every ten seconds and synced every minute, so that a power loss costs at most one minute. When the buffer is full the oldest readings go first, and the station reports how many. A reading can be sent again as long as it is in the buffer; the server recognises it by station and time and stores it once. The longest outage of the last three years was nine days, at the northern breakwater. Fourteen days of retention cost no more power than seven, because the flash is written in any case.',
  },
  {
    title: 'Archive: raw readings and hourly means',
    text: 'The archive keeps two things. Raw readings stay for 30, 90 or 400 days, as the site chooses; hourly means stay for ten years, which is a rule of the harbour authority and cannot be changed. Storage is charged by the stored gigabyte and month. The forecast team trains on a season, which is why 90 days is the default retention. Raw readings that left the archive cannot be brought back. Hourly means are computed ten minutes after the hour and again whenever late readings arrive within 48 hours; an hour that was computed again is marked as revised. Exports are CSV or Parquet, by day or by station.',
  },
  {
    title: 'Late readings and revised hours',
    text: 'A reading is late when it arrives more than ten minutes after it was taken. Up to 48 hours late it is merged into the hourly means, and the hour is marked as revised. Later ones are stored, but kept apart: they are listed for review, and a person decides whether the hour is computed again. The reason is that forecasts were made with the old value, and a silent change would make them look wrong. The number of late readings per site and day is on the dashboard; more than one in a hundred usually means a bad antenna or a wrong clock. Late readings after an outage of the buffer are normal and need no ticket.',
  },
  {
    title: 'Outdoor installation: limits and crew',
    text: 'Work on a mast needs two people and a wind below 38 km/h, measured at the mast and not at the airport. The housing must not be opened in rain, because water under the seal shows only months later. Below 0 °C use the winter grease. Lightning within 20 km stops all work for 30 minutes. The installation takes three hours for a new mast and one hour for an exchange. The crew calls the desk before it climbs and after it came down. If the forecast says that a limit will be reached during the work, the customer is called by 7:00 on that day; a visit that is called off later is charged in half.',
  },
  {
    title: 'Invoices: what is on them and when',
    text: 'The invoice of a month is drawn up on the 25th and covers the stations that are at the site on that day. A station that was moved later appears on the next invoice, with a line of its own for the days before. Missing invoice lines are therefore most often moved stations; compare the list of moves first. Corrections are never made on a closed invoice: they are lines of the next one and name the line that they correct. Readings per station can be exported for any month, and their sum is the figure on the invoice. Copies of an invoice can be fetched from the console for ten years.',
  },
];
