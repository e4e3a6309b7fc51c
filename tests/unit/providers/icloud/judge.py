"""What another program makes of iCalendar files: recurring_ical_events on icalendar, both as Debian packages them.

judge.py FROM TO FILE...   prints one JSON object a line: {"file", "instances", "givenUp"} (UIDs) or {"file", "error"}.
Each instance is "uid|start|end|summary", times as epoch seconds, as local time where floating, as a date where all-day.
"""
import datetime
import json
import sys

import icalendar
import recurring_ical_events


def text(moment):
    if not isinstance(moment, datetime.datetime):
        return moment.isoformat()
    if moment.tzinfo is None:
        return moment.isoformat()
    return str(int(moment.timestamp()))


def instance(event):
    start = event["DTSTART"].dt
    end = event["DTEND"].dt
    # A date without end lasts that day (RFC 5545, 3.6.1); this program says that it lasts no time.
    if not isinstance(start, datetime.datetime) and not isinstance(end, datetime.datetime) and end <= start:
        end = start + datetime.timedelta(days=1)
    return "|".join([str(event.get("UID", "")).strip(), text(start), text(end), str(event.get("SUMMARY", ""))])


def by_uid(calendar):
    groups = {}
    for index, event in enumerate(calendar.walk("VEVENT")):
        uid = str(event.get("UID", "")).strip()
        groups.setdefault(uid or f"\0{index}", []).append(event)
    return groups


def judged(path, begin, end):
    with open(path, "rb") as file:
        calendars = icalendar.Calendar.from_ical(file.read(), multiple=True)
    found, given_up = [], []
    for calendar in calendars:
        # Each by itself: this program gives up a whole file for one event that it cannot read.
        for uid, events in by_uid(calendar).items():
            alone = icalendar.Calendar()
            for event in events:
                alone.add_component(event)
            try:
                # Not recurring_ical_events.of(): that rewrites times by X-WR-TIMEZONE, which is no standard's.
                unfolded = recurring_ical_events.UnfoldableCalendar(alone)
                live = [e for e in unfolded.between(begin, end) if str(e.get("STATUS", "")).upper() != "CANCELLED"]
                found.extend(instance(event) for event in live)
            except Exception:
                given_up.append("" if uid.startswith("\0") else uid)
    return {"instances": sorted(found), "givenUp": given_up}


def main():
    begin, end = (tuple(int(part) for part in date.split("-")) for date in sys.argv[1:3])
    for path in sys.argv[3:]:
        try:
            print(json.dumps({"file": path, **judged(path, begin, end)}), flush=True)
        except Exception as error:
            print(json.dumps({"file": path, "error": f"{type(error).__name__}: {error}"[:200]}), flush=True)


main()
