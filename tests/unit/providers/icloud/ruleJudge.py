"""What python-dateutil makes of rules: reads lines of "START RULE END", prints for each a JSON list of local times up to END."""
import datetime
import json
import sys

from dateutil.rrule import rrulestr

for line in sys.stdin:
    start, rule, end = line.split()
    last = datetime.datetime.fromisoformat(end)
    found = []
    for moment in rrulestr(rule, dtstart=datetime.datetime.fromisoformat(start)):
        if moment > last:
            break
        found.append(moment.isoformat())
    print(json.dumps(found))
