-- Parts of zones and watches, too, say themselves since when they stand, and only what has ended of them is copied: an
-- import writes its shapes once and not twice. Runs as jiantu_owner. See docs/history.md.

select history.stand_in_rows('jiantu.watch', 'id',
  $$zone_id <> all ((select history.hidden_zones())::bigint[])$$);
select history.stand_in_rows('jiantu.zone_part', 'id',
  $$zone_id <> all ((select history.hidden_zones())::bigint[])$$);

-- Parts are written by people's roles, which do not say since when: the row does, whatever it is given.
alter table jiantu.zone_part alter made_at drop default, alter made_in drop default;
create trigger stands_since_now before insert on jiantu.zone_part for each row execute function history.stands_since();
