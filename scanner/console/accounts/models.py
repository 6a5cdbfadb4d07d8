"""What the console keeps of people: roles and links. Passwords and sessions are Django's, second factors allauth's."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from scanner.console.roles import Role

_ROLES = [(role.value, role.value) for role in Role]


class Membership(models.Model):
    """A role of an account in a contract."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    contract = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=_ROLES)
    worker = models.CharField(max_length=200, blank=True, default="")
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "contract"], name="one_role_a_contract"),)


class SavedView(models.Model):
    """Conditions of the list of points under a name, of one account, in a contract (empty: all of them)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    contract = models.CharField(max_length=200, blank=True, default="")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "contract", "name"], name="one_view_a_name"),)


class Invitation(models.Model):
    """A link that makes one account, once; kept as the digest of its token."""

    digest = models.CharField(max_length=64, unique=True)
    contract = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=_ROLES)
    worker = models.CharField(max_length=200, blank=True, default="")
    ends = models.DateField(null=True, blank=True)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True, blank=True)
    made_by = models.CharField(max_length=200, blank=True, default="")
    maker = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True)
    """The officer; nobody for the link of the first one, which whoever has the machine makes."""
