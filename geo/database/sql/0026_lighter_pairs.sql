-- Pairs refer to zones as a foreign key would see to it, for all rows of a statement at once. Runs as jiantu_owner.
--
-- Whoever writes pairs, and whoever takes zones away, holds the lock on overlaps to the end of his transaction: so no
-- zone goes while its pairs are written unseen. Statements of a trigger see what the last holder left.

create function jiantu.pairs_have_zones() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
  missing bigint;
begin
  perform pg_advisory_xact_lock(7401928);
  select t.id into missing
  from (select n.zone_a as id from new_rows n union select n.zone_b from new_rows n) t
  where not exists (select from jiantu.zone z where z.id = t.id)
  limit 1;
  if found then
    raise foreign_key_violation using message = format('pairs of zone %s, which is not there', missing);
  end if;
  return null;
end $$;

create function jiantu.pairs_go_with_zones() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
begin
  perform pg_advisory_xact_lock(7401928);
  delete from jiantu.overlap o using old_rows z where o.zone_a = z.id;
  delete from jiantu.overlap o using old_rows z where o.zone_b = z.id;
  return null;
end $$;

create function jiantu.pairs_keep_zones() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
  raise foreign_key_violation using message = 'a pair is of the two zones that it was found between';
end $$;

revoke execute on function jiantu.pairs_have_zones(), jiantu.pairs_go_with_zones(), jiantu.pairs_keep_zones()
  from public;

create trigger zones_there after insert on jiantu.overlap referencing new table as new_rows
  for each statement execute function jiantu.pairs_have_zones();
create trigger zones_stay before update of zone_a, zone_b on jiantu.overlap
  for each row when ((old.zone_a, old.zone_b) is distinct from (new.zone_a, new.zone_b))
  execute function jiantu.pairs_keep_zones();
create trigger pairs_go after delete on jiantu.zone referencing old table as old_rows
  for each statement execute function jiantu.pairs_go_with_zones();

drop view moment.overlap;
alter table jiantu.overlap drop column shape;
alter table history.overlap_kept drop column shape;
select history.keep_row_columns('jiantu.overlap', 'id');
select history.copy_reading('jiantu.overlap');
drop index history.overlap_kept_days_idx;
